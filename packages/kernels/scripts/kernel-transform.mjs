/**
 * A compiler transform that writes the typed exports, so that a kernel is said once:
 *
 *   @kernel(map) class Neg<T> { of... }       ->  export function neg_f32(...) { map<f32, Neg<f32>>(...); }   and neg_f64
 *   @kernel function softmax<T>(...): void    ->  export function softmax_f32(...) { softmax<f32>(...); }     and softmax_f64
 *   @kernel(u8, u16) function copy<T>(...)    ->  copy_u8 and copy_u16
 */
import { Transform } from 'assemblyscript/transform';

const FLOATS = ['f32', 'f64'];
const SOURCE_KIND_ENTRY = 1;

export class KernelTransform extends Transform {
  afterParse(parser) {
    const functions = new Map();
    for (const { statements } of parser.sources) {
      for (const node of statements) if (node.signature) functions.set(node.name.text, node);
    }
    for (const source of [...parser.sources]) {
      const written = source.statements.flatMap((node) => exportsOf(node, functions)).join('\n');
      if (written !== '') reparse(parser, source, `${source.text}\n${written}\n`);
    }
  }
}

/** Statements know the source they stand in, so new ones need the whole file parsed again. */
function reparse(parser, source, text) {
  parser.sources.splice(parser.sources.indexOf(source), 1);
  parser.donelog.delete(source.internalPath);
  parser.parseFile(text, source.normalizedPath, source.sourceKind === SOURCE_KIND_ENTRY);
}

function exportsOf(node, functions) {
  const decorator = node.decorators?.find(({ name }) => name.text === 'kernel');
  if (!decorator) return [];
  const given = decorator.args?.map(({ text }) => text) ?? [];
  const name = node.name.text;
  if (node.signature) {
    return (given.length ? given : FLOATS).map((type) =>
      wrapper(`${name}_${type}`, node.signature, `${name}<${type}>`),
    );
  }
  const [loop] = given;
  const { signature } = functions.get(loop);
  return FLOATS.map((type) => wrapper(`${snakeCase(name)}_${type}`, signature, `${loop}<${type}, ${name}<${type}>>`));
}

function wrapper(name, { parameters, returnType }, call) {
  const declared = parameters.map(({ name, type }) => `${name.text}: ${type.range.toString()}`).join(', ');
  const passed = parameters.map(({ name }) => name.text).join(', ');
  return `export function ${name}(${declared}): ${returnType.range.toString()} { return ${call}(${passed}); }`;
}

function snakeCase(name) {
  return name.replace(/(?!^)[A-Z]/g, (letter) => `_${letter}`).toLowerCase();
}
