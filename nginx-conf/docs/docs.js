// SPDX-License-Identifier: MIT
// Shows /openapi.json of this server, and tries doors out on this server;
// nothing comes from anywhere else.
fetch("/openapi.json").then((answer) => answer.json()).then((spec) => {
	spec.servers = [{ url: window.location.origin }];
	SwaggerUIBundle({
		spec,
		dom_id: "#doors",
		deepLinking: true,
		validatorUrl: null,
		presets: [SwaggerUIBundle.presets.apis],
	});
});
