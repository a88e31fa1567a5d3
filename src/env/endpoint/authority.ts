/** The host of a URL as the system's calls want it: IPv6 without brackets. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, "");
}

/** The port of an http or https URL. */
export function portOf(url: URL): number {
  const standard = url.protocol === "http:" ? 80 : 443;
  return url.port === "" ? standard : Number(url.port);
}
