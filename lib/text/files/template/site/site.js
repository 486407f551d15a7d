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

/*
 * A field that depends on another is there when that one says so.  They stand
 * in order, so that one that is hidden hides what depends on it; what is hidden
 * is not sent, which is how the server sees it, too.
 */
document.querySelectorAll("form.offer").forEach(function (form) {
	"use strict";
	function filled(input) {
		return Boolean(input) && !input.disabled &&
			(input.type === "checkbox" ? input.checked :
			/[^ \t\r\n]/.test(input.value));
	}
	function settle() {
		form.querySelectorAll("[data-depends]").forEach(function (part) {
			var input = part.querySelector("input");
			var there = filled(form.elements[part.dataset.depends]) ===
				(part.dataset.filled === "true");
			part.hidden = !there;
			input.disabled = !there;
			input.required = there && "needed" in part.dataset;
		});
	}
	form.addEventListener("input", settle);
	window.addEventListener("pageshow", settle);
	settle();
});
