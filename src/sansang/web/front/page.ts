// Whose page is this? The server says it in the attributes of the body.
const { person: signedIn, unit, owner: guest } = document.body.dataset;

/** Who is signed in; empty on a page for nobody. */
export const person = signedIn ?? "";
/** The token of the unit's link by which this page was opened; empty on other pages. */
export const link = unit ?? "";
/** Whose lines are written on this page: the unit's by its link, else those of who is signed in. */
export const owner = link ? (guest ?? "") : person;

export function cookie(name: string): string {
  return (
    document.cookie
      .split("; ")
      .find((one) => one.startsWith(`${name}=`))
      ?.slice(name.length + 1) ?? ""
  );
}

export function uuid(): string {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const digits = [...bytes].map((one) => one.toString(16).padStart(2, "0")).join("");
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
