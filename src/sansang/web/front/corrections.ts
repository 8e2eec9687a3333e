// How is a line corrected? Its number leads to the form, with that line chosen.

export function corrections(): void {
  document.addEventListener("click", (event) => {
    const number = (event.target as HTMLElement).closest<HTMLAnchorElement>("a[data-entry]");
    const form = document.querySelector<HTMLInputElement>("form input[name=kind][value=corrected]")?.form;
    const choice = form?.querySelector<HTMLSelectElement>("select[name=entry]");
    if (!number || !form || !choice) return;
    event.preventDefault();
    const entry = number.dataset["entry"] ?? "";
    const text = number.closest("li")?.querySelector(".text")?.firstChild?.textContent?.trim() ?? "";
    // The form may be older than the line.
    if (![...choice.options].some((one) => one.value === entry)) {
      choice.prepend(new Option(`${number.textContent ?? ""} – ${text.slice(0, 50)}`, entry));
    }
    choice.value = entry;
    form.setAttribute("data-touched", "");
    for (let act = form.closest("details"); act; act = act.parentElement?.closest("details") ?? null) act.open = true;
    const right = form.querySelector("textarea");
    if (right && !right.value) right.value = text;
    right?.select();
    form.scrollIntoView({ block: "center" });
  });
}
