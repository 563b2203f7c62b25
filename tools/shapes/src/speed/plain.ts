/**
 * Declarations as they would be without shapes in types: every tensor is a plain `Tensor`, type parameters that follow
 * shapes are replaced by what bounds them, and rules are gone. Other generics stay.
 */
import ts from 'typescript';

/** Classes and interfaces that have type parameters for shapes alone. */
const SHAPED = new Set([
  ...[
    'Tensor',
    'Parameter',
    'Buffer',
    'ValuesAndIndices',
    'Linear',
    'LayerNorm',
    'RMSNorm',
    'BatchNorm1d',
    'Embedding',
  ],
  ...['Softmax', 'Flatten', 'Unflatten', 'Sequential', 'MSELoss', 'KLDivLoss', 'CrossEntropyLoss', 'ConvNd', 'PoolNd'],
  ...[
    'MaxPoolNd',
    'AvgPoolNd',
    'AdaptivePoolNd',
    'AdaptiveAvgPoolNd',
    'AdaptiveMaxPoolNd',
    'LossOptions',
    'KLDivOptions',
  ],
  ...['CrossEntropyOptions', 'ReductionOptions', 'VarianceOptions', 'ConvSettings', 'ConvOptions', 'PoolSettings'],
  ...['MaxPoolOptions', 'AvgPoolOptions', 'AdaptiveMaxPoolOptions', 'AttentionOptions'],
  ...[1, 2, 3].flatMap((n) => [
    `Conv${n}d`,
    `MaxPool${n}d`,
    `AvgPool${n}d`,
    `AdaptiveAvgPool${n}d`,
    `AdaptiveMaxPool${n}d`,
  ]),
]);

/** Rules that an argument is intersected with. */
const CHECKS = new Set(['Check', 'Beside', 'Fits', 'Only']);

/** What rules that give whole types come to. */
const RESULTS: Readonly<Record<string, string>> = {
  Parts: 'Tensor[]',
  Output: 'Tensor',
  Pooled: 'any',
  Extreme: 'any',
};

/** What a shape parameter is bounded by. */
const BOUNDS =
  /Tensor|Shape|number|boolean|Dims|PerDim|ConvPadding|OutputSize|Reduction|ClampBounds|SizesAndOptions|readonly|Args/;

type Scope = ReadonlyMap<string, ts.TypeNode>;

const { factory } = ts;

function parse(type: string): ts.TypeNode {
  const file = ts.createSourceFile('t.ts', `type T = ${type};`, ts.ScriptTarget.Latest, false);
  return (file.statements[0] as ts.TypeAliasDeclaration).type;
}

/** The text of a declaration file without shapes. */
export function withoutShapes(text: string): string {
  const file = ts.createSourceFile('file.d.ts', text, ts.ScriptTarget.Latest, true);
  const result = ts.transform(file, [
    (context) => (root) => ts.visitNode(root, (node) => plain(node, new Map(), context)) as ts.SourceFile,
  ]);
  return ts.createPrinter().printFile(result.transformed[0] as ts.SourceFile);
}

function plain(node: ts.Node, scope: Scope, context: ts.TransformationContext): ts.Node {
  const inner = scopeOf(node, scope);
  const visit = (child: ts.Node): ts.Node | undefined => {
    if (ts.isTypeParameterDeclaration(child) && inner.has(child.name.text) && inner !== scope) return undefined;
    if (ts.isPropertyDeclaration(child) && child.name.getText() === 'mapsShape') return undefined;
    return plain(child, inner, context);
  };
  if (ts.isTypeReferenceNode(node)) {
    const name = node.typeName.getText();
    const bound = inner.get(name);
    if (bound !== undefined) return bound;
    if (name in RESULTS) return parse(RESULTS[name] as string);
    if (name === 'Tensor' || name === 'ValuesAndIndices') return factory.createTypeReferenceNode(name);
    if (SHAPED.has(name)) return factory.createTypeReferenceNode(name);
  }
  if (ts.isExpressionWithTypeArguments(node) && SHAPED.has(node.expression.getText()))
    return factory.createExpressionWithTypeArguments(node.expression, undefined);
  if (ts.isTypeAliasDeclaration(node) && node.name.text === 'Elementwise') {
    const call = '(...operands: readonly TensorLike[]) => Tensor';
    return factory.updateTypeAliasDeclaration(
      node,
      node.modifiers,
      node.name,
      node.typeParameters,
      parse(`ElementwiseOp<N, object> & (${call})`),
    );
  }
  if (ts.isIntersectionTypeNode(node)) {
    const kept = node.types.filter((type) => !(ts.isTypeReferenceNode(type) && CHECKS.has(type.typeName.getText())));
    const types = kept.map((type) => ts.visitNode(type, visit) as ts.TypeNode);
    return types.length === 1 ? (types[0] as ts.TypeNode) : factory.createIntersectionTypeNode(types);
  }
  return ts.visitEachChild(node, visit, context);
}

/** The type parameters that go, each with what stands for it. */
function scopeOf(node: ts.Node, outer: Scope): Scope {
  const isShaped =
    (ts.isClassDeclaration(node) || ts.isInterfaceDeclaration(node)) && SHAPED.has(node.name?.text ?? '');
  const isCall =
    ts.isFunctionDeclaration(node) ||
    ts.isMethodDeclaration(node) ||
    ts.isMethodSignature(node) ||
    ts.isFunctionTypeNode(node);
  if (!isShaped && !isCall) return outer;
  const scope = new Map(outer);
  for (const parameter of node.typeParameters ?? []) {
    const bound = parameter.constraint;
    if (bound === undefined ? isCall && parameter.name.text === 'L' : BOUNDS.test(bound.getText()) || isShaped)
      scope.set(parameter.name.text, bound === undefined ? parse('unknown') : plainBound(bound, scope));
  }
  return scope.size === outer.size ? outer : scope;
}

/** A bound in which other parameters, and the arguments of shaped types, are replaced too. */
function plainBound(bound: ts.TypeNode, scope: Scope): ts.TypeNode {
  const text = bound.getText().replaceAll(/\bTensor<[^>]*>/g, 'Tensor');
  return parse([...scope].reduce((sofar, [name]) => sofar.replaceAll(new RegExp(`\\b${name}\\b`, 'g'), 'any'), text));
}
