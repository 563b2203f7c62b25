// sin and cos; units = elements. f32: four at a time in f64; f64: one by one (musl, by way of AssemblyScript).
import { sinF32 } from '../maths/trig';
import { map, mapScalar } from './map';

class Sin { @inline of(x: v128): v128 { return sinF32(x, 0); } }
class SinScalar { @inline of(x: f64): f64 { return NativeMath.sin(x); } }
export function sin_f32(out: usize, x: usize, begin: i32, end: i32): void { map<f32, Sin>(out, x, begin, end); }
export function sin_f64(out: usize, x: usize, begin: i32, end: i32): void { mapScalar<f64, SinScalar>(out, x, begin, end); }

class Cos { @inline of(x: v128): v128 { return sinF32(x, 1); } }
class CosScalar { @inline of(x: f64): f64 { return NativeMath.cos(x); } }
export function cos_f32(out: usize, x: usize, begin: i32, end: i32): void { map<f32, Cos>(out, x, begin, end); }
export function cos_f64(out: usize, x: usize, begin: i32, end: i32): void { mapScalar<f64, CosScalar>(out, x, begin, end); }
