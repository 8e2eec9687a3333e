// How is a form sent? Through the queue on the device, or at once where the server may refuse it or nothing is kept.
import { isOnline } from "./connection";
import { itemOf } from "./form_item";
import { formsOutdated } from "./fresh_forms";
import { cookie, link, owner, person, uuid } from "./page";
import { add, flush, forget, NoKey, numbers, pending } from "./queue";
import { announce, say } from "./words";

/** Acts that may be refused: sent at once when there is a network. */
const AUTHORITY = new Set([
  "opened",
  "closed",
  "unit_ordered",
  "aid_answered",
  "level_declared",
  "level_revoked",
  "handover_accepted",
]);

export function forms(refresh: () => void): void {
  // A page that was kept on the device has commands in it that were used before.
  const commands = document.querySelectorAll<HTMLInputElement>("[data-outbox] input[name=command]");
  commands.forEach((one) => {
    one.value = uuid();
  });
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    // Without a secure address nothing is kept: a person's form is then an ordinary one.
    if (!form.matches("[data-outbox]") || !owner || !(link || window.isSecureContext)) return;
    event.preventDefault();
    const group = form.querySelector<HTMLElement>("fieldset[data-one]");
    if (group && !group.querySelector("input:checked")) {
      announce(group.dataset["one"] ?? "", true);
      return;
    }
    // A second tap of a hand in a glove is not a second line.
    form.inert = Boolean(link);
    void send(form, event.submitter, refresh).finally(() => {
      form.inert = false;
    });
  });
  // To withdraw a line nothing needs to be said instead of it.
  document.addEventListener("change", (event) => {
    const box = event.target as HTMLInputElement;
    const text = box.matches("[name=withdrawn]") && box.form?.querySelector<HTMLTextAreaElement>("[name=text]");
    if (text) text.required = !box.checked;
  });
}

async function send(form: HTMLFormElement, submitter: HTMLElement | null, refresh: () => void): Promise<void> {
  const item = await itemOf(form, submitter);
  // Nothing overtakes what is not yet sent.
  if (AUTHORITY.has(item.kind) && !(await hasUnsent())) {
    form.inert = true;
    const result = await sendAtOnce(form, submitter);
    form.inert = false;
    if (result === "refused") return;
    if (result === "written") {
      if (form.querySelector("[name=back]") || item.kind === "closed") {
        location.reload();
        return;
      }
      finish(form, "done");
      refresh();
      return;
    }
  }
  try {
    await add(item);
  } catch (failure) {
    if (failure instanceof NoKey && !link) {
      announce(say("signed-out"), true);
      return;
    }
    // A device that keeps nothing (private browsing, a full disk) can still send.
    const result = item.fields["photo"] === undefined ? await sendAtOnce(form, submitter) : "no network";
    if (result === "written") {
      finish(form, "done");
      refresh();
    } else if (result === "no network") announce(say("not-kept"), true);
    return;
  }
  finish(form, isOnline ? "" : "kept");
  await flush();
  const number = numbers.get(item.command);
  if (number !== undefined && !link) announce(say("written", number));
  refresh();
}

/** Whether something is still to be sent; what can't be known is said when the item is to be stored. */
async function hasUnsent(): Promise<boolean> {
  try {
    const { total, refused } = await pending(owner, 0);
    return total > refused;
  } catch {
    return false;
  }
}

type Result = "written" | "refused" | "no network";

async function sendAtOnce(form: HTMLFormElement, submitter: HTMLElement | null): Promise<Result> {
  const headers = { "X-CSRFToken": cookie("csrftoken") };
  let answer: Response;
  try {
    answer = await fetch(form.action, { method: "POST", body: new FormData(form, submitter), headers });
  } catch {
    return "no network";
  }
  if (answer.redirected && new URL(answer.url).pathname.startsWith("/accounts/login/")) {
    await forget(person);
    announce(say("signed-out"), true);
    return "refused";
  }
  if (answer.ok) return "written";
  if (answer.status >= 502) return "no network";
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const why = page.querySelector(".wrong")?.textContent?.trim() ?? page.querySelector("h1")?.textContent;
  announce(why ?? String(answer.status), true);
  return "refused";
}

/** The form is empty again, with a new command. On a unit's page nothing is said: buttons would move under a thumb. */
function finish(form: HTMLFormElement, text: string): void {
  const act = form.closest<HTMLDetailsElement>(".acts > details");
  const hadFocus = form.contains(document.activeElement);
  form.reset();
  form.removeAttribute("data-touched");
  form.querySelector<HTMLInputElement>("input[name=command]")!.value = uuid();
  form.closest("details.sub")?.removeAttribute("open");
  act?.removeAttribute("open");
  if (hadFocus) act?.querySelector("summary")?.focus();
  formsOutdated();
  if (text && !link) announce(say(text));
}
