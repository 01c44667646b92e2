/** The dtypes that everything here works on. */
export type FloatArray = Float64Array | Float32Array;
