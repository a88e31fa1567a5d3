import { resolve } from "node:path";

/** One service that a compose file builds; paths are absolute. */
export interface ComposeBuild {
  readonly service: string;
  readonly context: string;
  /** Null where the Dockerfile's text stands in the compose file itself. */
  readonly dockerfile: string | null;
}

/**
 * The builds of a compose file. What is malformed or depends on a variable is left out.
 * @param base the folder that its paths start from
 */
export async function parseCompose(text: string, base: string): Promise<ComposeBuild[]> {
  const { parseYaml } = await import("../libraries.ts");
  let document: unknown;
  try {
    document = parseYaml(text);
  } catch {
    return [];
  }
  const services = isObject(document) && isObject(document["services"]) ? document["services"] : {};
  return Object.entries(services).flatMap(([service, definition]) => {
    const build = isObject(definition) ? definition["build"] : undefined;
    const long: Record<string, unknown> = isObject(build) ? build : { context: build };
    const { context = isObject(build) ? "." : undefined, dockerfile = "Dockerfile" } = long;
    if (!isKnown(context) || !isKnown(dockerfile)) return [];
    const place = resolve(base, context);
    const isInline = long["dockerfile_inline"] !== undefined;
    return [{ service, context: place, dockerfile: isInline ? null : resolve(place, dockerfile) }];
  });
}

/** A path that depends on no variable. (An address of another machine's is a path here that nothing is at.) */
function isKnown(value: unknown): value is string {
  return typeof value === "string" && !value.includes("$");
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
