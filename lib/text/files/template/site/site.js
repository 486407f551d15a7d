/* Whoever chooses a language gets it the next time at the bare address, too. */
document.querySelectorAll(".languages a").forEach(function (link) {
	"use strict";
	link.addEventListener("click", function () {
		document.cookie = "lang=" + link.hreflang +
			"; path=/; max-age=31536000; samesite=lax" +
			(location.protocol === "https:" ? "; secure" : "");
	});
});

/* Letters say the hour of whoever reads them. */
document.querySelectorAll("input[data-zone]").forEach(function (input) {
	"use strict";
	input.value = Intl.DateTimeFormat().resolvedOptions().timeZone || "";
});
