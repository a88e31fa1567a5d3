// Only `libraries.ts` may import this file: the library goes into the part of the bundle that few runs load.
import { CORE_SCHEMA, loadAll, Type } from "js-yaml";

/** The library has it, but in a schema alone that takes days for dates. */
const mergeKey = new Type("tag:yaml.org,2002:merge", { kind: "scalar", resolve: (text) => text === "<<" });

/** A tag that is not known changes nothing, but for Compose's `!reset`: that takes away what it stands before. */
const otherTags = (["scalar", "sequence", "mapping"] as const).map(
  (kind) =>
    new Type("", {
      kind,
      multi: true,
      construct: (value: unknown, tag?: string) => (tag === "!reset" ? null : value),
    }),
);

const SCHEMA = CORE_SCHEMA.extend({ implicit: [mergeKey], explicit: otherTags });

/**
 * The first document of a YAML text as Compose reads it, undefined where there is none: merge keys count, unknown
 * tags do not, of equal keys the last counts. What an alias names is not copied: it is one object in all its places.
 * @throws an Error where it is no YAML
 */
export function parseYaml(text: string): unknown {
  return loadAll(text, null, { schema: SCHEMA, json: true })[0];
}
