import type { Node } from "jsonc-parser";
import { hasLineBreak, indentBefore, lineIndent, type TextStyle } from "./text-style.ts";
import { readTrailing, type Trailing } from "./trivia.ts";

/** A property whose value is a text, or an object with such properties in it. */
export interface NewProperty {
  readonly key: string;
  readonly value: string | readonly NewProperty[];
}

/**
 * Adds a property as the last one of `object`, in the style of what is there. Only inserts: no character of
 * `text` is taken away but the blanks of an object with nothing else in it. (jsonc-parser's own `modify`
 * lays out the whole line anew and lets a comment behind the last property slide to the new one.)
 */
export function insertProperty(text: string, object: Node, property: NewProperty, style: TextStyle): string {
  const last = object.children?.at(-1);
  const close = object.offset + object.length - 1;
  return last === undefined
    ? intoEmpty(text, object, close, property, style)
    : behindLast(text, object, last, close, property, style);
}

function behindLast(
  text: string,
  object: Node,
  last: Node,
  close: number,
  property: NewProperty,
  style: TextStyle,
): string {
  const end = last.offset + last.length;
  const trailing = readTrailing(text, end, close);
  const indent = indentBefore(text, last.offset);
  if (!trailing.hasLineBreak && indent === null) return onSameLine(text, trailing, property, style);
  const at = skipBlanksToLineEnd(text, trailing.lineEnd);
  const lines = renderLines(property, indent ?? lineIndent(text, object.offset) + style.unit, style);
  const comma = trailing.hasComma ? "" : ",";
  return `${text.slice(0, end)}${comma}${text.slice(end, at)}${style.eol}${lines}${trailing.hasComma ? "," : ""}${text.slice(at)}`;
}

function onSameLine(text: string, trailing: Trailing, property: NewProperty, style: TextStyle): string {
  const at = trailing.hasComment ? Math.max(trailing.commentEnd, trailing.lineEnd) : trailing.lineEnd;
  const inline = renderInline(property, style.blank);
  return (
    text.slice(0, at) +
    (trailing.hasComma ? `${style.blank}${inline},` : `,${style.blank}${inline}`) +
    text.slice(at)
  );
}

function intoEmpty(
  text: string,
  object: Node,
  close: number,
  property: NewProperty,
  style: TextStyle,
): string {
  const open = object.offset + 1;
  const outer = lineIndent(text, object.offset);
  const trailing = readTrailing(text, open, close);
  const at = trailing.hasComment ? trailing.commentEnd : open;
  const rest = text.slice(at, close);
  const spread = `${style.eol}${renderLines(property, indentInside(text, outer, trailing, style), style)}`;
  if (hasLineBreak(rest)) return text.slice(0, at) + spread + text.slice(at);
  const head = text.slice(0, at);
  if (style.multiLine && !trailing.hasComment)
    return `${head}${spread}${style.eol}${outer}${text.slice(close)}`;
  const behind = trailing.hasComment && rest !== "" ? rest : style.blank;
  return `${head}${style.blank}${renderInline(property, style.blank)}${behind}${text.slice(close)}`;
}

function indentInside(text: string, outer: string, trailing: Trailing, style: TextStyle): string {
  const besideComment = trailing.hasComment ? indentBefore(text, trailing.commentStart) : null;
  return besideComment ?? outer + style.unit;
}

function skipBlanksToLineEnd(text: string, offset: number): number {
  const blanks = /^[ \t]*(?=[\r\n])/.exec(text.slice(offset));
  return offset + (blanks?.[0].length ?? 0);
}

function renderLines(property: NewProperty, indent: string, style: TextStyle): string {
  const { key, value } = property;
  const name = `${indent}${JSON.stringify(key)}: `;
  if (typeof value === "string") return name + JSON.stringify(value);
  if (value.length === 0) return `${name}{}`;
  const inner = value.map((each) => renderLines(each, indent + style.unit, style)).join(`,${style.eol}`);
  return `${name}{${style.eol}${inner}${style.eol}${indent}}`;
}

function renderInline(property: NewProperty, blank: string): string {
  const { key, value } = property;
  const name = `${JSON.stringify(key)}:${blank}`;
  if (typeof value === "string") return name + JSON.stringify(value);
  const inner = value.map((each) => renderInline(each, blank)).join(`,${blank}`);
  return `${name}${inner === "" ? "{}" : `{${blank}${inner}${blank}}`}`;
}
