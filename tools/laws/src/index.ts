export { type LawRecord, law, lawsOf } from './law.ts';
