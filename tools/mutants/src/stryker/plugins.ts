/** What Stryker loads. */
import { declareFactoryPlugin, declareValuePlugin, PluginKind } from '@stryker-mutator/api/plugin';
import { notMathematics } from './ignored.ts';
import { LawRunner } from './runner.ts';

export const strykerPlugins: unknown[] = [
  declareFactoryPlugin(PluginKind.TestRunner, 'laws', () => new LawRunner()),
  declareValuePlugin(PluginKind.Ignore, 'not mathematics', notMathematics),
];
