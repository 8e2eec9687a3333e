// Signing in with what the phone itself keeps: the answer of its passkey goes into an ordinary form.
import {
  browserSupportsWebAuthn,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  startAuthentication,
  startRegistration,
} from "@simplewebauthn/browser";

interface CreationOptions {
  creation_options: { publicKey: PublicKeyCredentialCreationOptionsJSON };
}
interface RequestOptions {
  request_options: { publicKey: PublicKeyCredentialRequestOptionsJSON };
}

async function answered(form: HTMLFormElement): Promise<unknown> {
  if (form.dataset["passkey"] === "create") {
    const options = (JSON.parse(form.dataset["options"] ?? "") as CreationOptions).creation_options.publicKey;
    const alone = form.querySelector<HTMLInputElement>("[name=passwordless]")?.checked ?? false;
    options.authenticatorSelection = {
      ...options.authenticatorSelection,
      residentKey: alone ? "required" : "discouraged",
      requireResidentKey: alone,
      ...(alone ? { userVerification: "required" as const } : {}),
    };
    return startRegistration({ optionsJSON: options });
  }
  const text = form.dataset["options"] || (await requestOptions(form.action));
  return startAuthentication({ optionsJSON: (JSON.parse(text) as RequestOptions).request_options.publicKey });
}

async function requestOptions(address: string): Promise<string> {
  const headers = { Accept: "application/json", "X-Requested-With": "XMLHttpRequest" };
  const answer = await fetch(address, { headers, cache: "no-store" });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.text();
}

for (const form of document.querySelectorAll<HTMLFormElement>("form[data-passkey]")) {
  if (!window.isSecureContext || !browserSupportsWebAuthn()) {
    const told = form.querySelector<HTMLElement>("[data-unsupported]");
    if (told) told.hidden = false;
    continue;
  }
  form.querySelectorAll<HTMLElement>("[data-supported]").forEach((one) => {
    one.hidden = false;
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const failed = form.querySelector<HTMLElement>("[data-failed]");
    if (failed) failed.hidden = true;
    answered(form).then(
      (credential) => {
        form.querySelector<HTMLInputElement>("[name=credential]")!.value = JSON.stringify(credential);
        form.submit();
      },
      () => {
        if (failed) failed.hidden = false;
      },
    );
  });
}
