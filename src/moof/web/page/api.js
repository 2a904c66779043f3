// @ts-check
/** The API's page: what /openapi.json says, for people. */

/** @typedef {Record<string, any>} Schema */

/**
 * @param {string} tag @param {string} className @param {...(Node | string)} children
 * @returns {HTMLElement}
 */
function element(tag, className, ...children) {
  const made = document.createElement(tag);
  made.className = className;
  made.append(...children);
  return made;
}

/** A type in a few words. @param {Schema | undefined} schema @returns {string} */
export function typeName(schema) {
  if (!schema) return "";
  if (schema.$ref) return schema.$ref.split("/").pop();
  if (schema.anyOf) return schema.anyOf.map(typeName).join(" or ");
  if (schema.enum) return schema.enum.map((/** @type {unknown} */ value) => JSON.stringify(value)).join(", ");
  if (schema.type === "array") return `list of ${typeName(schema.items)}`;
  if (schema.type === "object" && schema.additionalProperties) return `text → ${typeName(schema.additionalProperties)}`;
  return schema.format === "binary" ? "bytes" : schema.type ?? "anything";
}

/** @param {Schema | undefined} content @returns {string} */
function bodyType(content) {
  const [kind, media] = Object.entries(content ?? {})[0] ?? [];
  return kind === "application/json" || media?.schema ? typeName(media?.schema) : kind ?? "";
}

/** @param {string} method @param {string} path @param {Schema} operation */
function describe(method, path, operation) {
  const success = operation.responses["200"];
  const refusals = Object.keys(operation.responses).filter((status) => status !== "200");
  const facts = [
    operation.requestBody && `takes ${bodyType(operation.requestBody.content)}`,
    ...(operation.parameters ?? []).map((/** @type {Schema} */ each) => `${each.name}: ${typeName(each.schema)}`),
    success && `answers ${bodyType(success.content) || success.description}`,
    refusals.length && `or ${refusals.join(", ")}`,
  ];
  return element("section", "operation",
    element("h2", "", element("span", `method ${method}`, method.toUpperCase()), element("code", "", path)),
    element("p", "", operation.description ?? ""),
    element("p", "facts", facts.filter(Boolean).join(" · ")));
}

/** @param {string} name @param {Schema} schema */
function describeType(name, schema) {
  const rows = Object.entries(schema.properties ?? {}).map(([field, type]) =>
    element("tr", "", element("td", "", element("code", "", field)), element("td", "", typeName(type)),
      element("td", "", type.description ?? "")));
  return element("section", "type", element("h2", "", name), element("p", "", schema.description ?? ""),
    element("table", "", ...rows));
}

async function show() {
  const answer = await fetch("openapi.json");
  if (!answer.ok) throw new Error(`openapi.json: ${answer.status}`);
  const schema = await answer.json();
  const operations = Object.entries(schema.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => describe(method, path, operation)));
  const types = Object.entries(schema.components?.schemas ?? {}).map(([name, type]) => describeType(name, type));
  document.getElementById("operations")?.replaceChildren(
    ...operations, element("h1", "", "What goes in and comes out"), ...types);
}

show().catch((error) => document.getElementById("summary")?.append(` It cannot be shown: ${error.message}.`));
