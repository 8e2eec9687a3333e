// Does the server answer? Known from the last request, whatever the browser believes.
export let isOnline = true;
const listeners = new Set<() => void>();

export function onConnectionChange(listener: () => void): void {
  listeners.add(listener);
}

export function setOnline(value: boolean): void {
  if (value === isOnline) return;
  isOnline = value;
  for (const listener of listeners) listener();
}
