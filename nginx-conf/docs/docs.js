// SPDX-License-Identifier: MIT
// Shows /openapi.json of this server; nothing comes from anywhere else.
SwaggerUIBundle({
	url: "/openapi.json",
	dom_id: "#doors",
	deepLinking: true,
	validatorUrl: null,
	presets: [SwaggerUIBundle.presets.apis],
});
