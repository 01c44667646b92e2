import { trainingNames } from "../names/trainingNames.js";
/**
 * Optimisers for TensorFlow.js, which has no weight decay and no proximal step: `tf.Optimizer` subclasses for `model.compile`,
 * `model.fit` and `optimizer.minimize`, made of tensor operations alone, so that they run on each of its backends.
 */

import {
  clipByValue,
  dispose,
  engine,
  type NamedTensorMap,
  Optimizer,
  serialization,
  type Tensor,
  tensor2d,
  tidy,
  type Variable,
  zerosLike,
} from "@tensorflow/tfjs";
import {
  checkBetween,
  checkBoolean,
  checkFinite,
  checkLength,
  checkNonNegative,
  checkOptions,
  describe,
  rangeError,
  typeError,
} from "../errors.js";

type NamedTensor = Awaited<ReturnType<Optimizer["getWeights"]>>[number];

/** Which variables bear no penalty, told by name. */
export type Unpenalized = RegExp | readonly string[] | ((name: string) => boolean);

/** The options that all optimisers of this module share. */
export interface CommonOptions {
  /** Step size, at least 0. May be changed between steps: `optimizer.learningRate = 1e-4`. */
  learningRate?: number | undefined;
  /** Weight of Σ|w|, applied as a proximal step after that of the loss. Default 0. */
  l1?: number | undefined;
  /** Weight of Σw²: adds 2·l2·w to the gradient. Default 0. */
  l2?: number | undefined;
  /** PyTorch's `weight_decay`: w is multiplied by 1 − learningRate·weightDecay (AdamW), or weightDecay·w added to the gradient (others). */
  weightDecay?: number | undefined;
  /**
   * Variables that `l1`, `l2` and `weightDecay` spare: a pattern, a list of names, or a function. In a list, a name stands also
   * for itself with the `_1`, `_2`, … that TensorFlow.js adds to names already taken. Default: names that end in bias, gamma or beta.
   */
  unpenalized?: Unpenalized | undefined;
}

/** The options of {@link AdamW} and {@link ProximalAdam}. */
export interface AdamOptions extends CommonOptions {
  /** Decay rates of the two moments, each in [0, 1). Default [0.9, 0.999]. */
  betas?: readonly [number, number] | undefined;
  /** Added to the root of the second moment. Default 1e-8; a backend of 16-bit floats needs about 1e-4. */
  eps?: number | undefined;
}

/** The options of {@link ProximalSGD}. */
export interface SGDOptions extends CommonOptions {
  /** Default 0. */
  momentum?: number | undefined;
  /** Between 0 and 1. Default 0. */
  dampening?: number | undefined;
  /** Needs a momentum above 0 and no dampening. Default false. */
  nesterov?: boolean | undefined;
}

const COMMON = ["learningRate", "l1", "l2", "weightDecay", "unpenalized"];
const BIASES = /(bias|gamma|beta)(_\d+)?$/i;
/** What a saved optimiser says in place of a function. */
const FUNCTION = "function";

/** What belongs to one variable. */
interface State {
  /** The variable's name when it was first met. */
  name: string;
  steps: number;
  penalized: boolean;
  /** What follows from the number of steps alone: powers, or the factor of the threshold. */
  factors: number[];
  slots: Variable[];
}

/** The penalties on one variable. */
interface Penalties {
  l1: number;
  /** The factor of w in the gradient. */
  coupled: number;
  weightDecay: number;
}

abstract class ProximalOptimizer extends Optimizer {
  learningRate: number;
  l1: number;
  l2: number;
  weightDecay: number;
  unpenalized: Unpenalized;

  /** Names of the tensors that each variable needs. */
  protected abstract readonly slots: readonly string[];
  private readonly states = new Map<string, State>();
  /** States out of `setWeights` that no variable has claimed yet. */
  private restored: State[] = [];

  protected constructor(options: CommonOptions, defaults: { learningRate: number; weightDecay: number }) {
    super();
    const {
      learningRate = defaults.learningRate,
      weightDecay = defaults.weightDecay,
      l1 = 0,
      l2 = 0,
      unpenalized = BIASES,
    } = options;
    for (const [name, value] of Object.entries({ learningRate, l1, l2, weightDecay })) {
      checkNonNegative(name, value);
      checkFinite(name, value);
    }
    if (!(unpenalized instanceof RegExp || Array.isArray(unpenalized) || typeof unpenalized === "function")) {
      const got = describe(unpenalized);
      throw typeError("ERR_TYPE", `"unpenalized" must be a RegExp, an array of names or a function, got ${got}`);
    }
    this.learningRate = learningRate;
    this.l1 = l1;
    this.l2 = l2;
    this.weightDecay = weightDecay;
    this.unpenalized = unpenalized;
  }

  /** The factors after `steps` steps from those after one less, in place. */
  protected abstract advance(factors: number[], steps: number): void;

  /** The new value of `w`, the slots being updated; called inside of `tidy`. */
  protected abstract step(w: Variable, gradient: Tensor, state: State, penalties: Penalties): Tensor;

  /** Takes one step on each of the variables that the gradients name. */
  applyGradients(gradients: NamedTensorMap | NamedTensor[]): void {
    const named = Array.isArray(gradients)
      ? gradients
      : Object.entries(gradients).map(([name, tensor]) => ({ name, tensor }));
    const variables = engine().registeredVariables;
    // A variable that the loss does not depend on has no gradient. All states come first: one that is refused stops the whole step.
    const updates = named
      .filter(({ tensor }) => tensor != null)
      .map(({ name, tensor }) => ({ w: variables[name], tensor, state: this.stateOf(variables[name]) }));
    const { l1, l2, weightDecay } = this;
    for (const { w, tensor, state } of updates) {
      const penalties = state.penalized ? { l1, coupled: 2 * l2, weightDecay } : { l1: 0, coupled: 0, weightDecay: 0 };
      state.steps += 1;
      this.advance(state.factors, state.steps);
      tidy(() => w.assign(this.step(w, tensor, state, penalties)));
    }
    this.incrementIterations();
  }

  private stateOf(w: Variable): State {
    const known = this.states.get(w.name);
    if (known !== undefined) return known;
    // By position, as TensorFlow.js does: a loaded model's variables may bear other names than the saved one's.
    const state = this.restored[0] ?? {
      name: w.name,
      steps: 0,
      penalized: !this.spares(w.name),
      factors: [],
      slots: this.slots.map(() => tidy(() => zerosLike(w).variable(false))),
    };
    for (const slot of state.slots) {
      if (`${slot.shape}` === `${w.shape}`) continue;
      const expected = `the saved state of "${state.name}" has shape [${slot.shape}]`;
      throw rangeError("ERR_LENGTH", `${expected}, the variable "${w.name}" has [${w.shape}]`);
    }
    this.restored.shift();
    this.states.set(w.name, state);
    return state;
  }

  private spares(name: string): boolean {
    const { unpenalized } = this;
    if (typeof unpenalized === "function") return unpenalized(name);
    if (unpenalized instanceof RegExp) return name.search(unpenalized) >= 0;
    return unpenalized.includes(name) || unpenalized.includes(name.replace(/_\d+$/, ""));
  }

  private allStates(): State[] {
    return [...this.states.values(), ...this.restored];
  }

  override dispose(): void {
    dispose(this.allStates().flatMap(({ slots }) => slots));
    this.states.clear();
    this.restored = [];
  }

  /**
   * The state: the number of steps, each variable's own number of steps beside whether it is penalised, then the first slot of
   * each variable, the second of each, and so on. The slots stay the optimiser's, the first two tensors are the caller's.
   */
  override async getWeights(): Promise<NamedTensor[]> {
    const states = this.allStates();
    const table = states.map(({ steps, penalized }) => [steps, Number(penalized)]);
    return [
      await this.saveIterations(),
      { name: "steps", tensor: tensor2d(table, [states.length, 2], "int32") },
      ...this.slots.flatMap((slot, k) =>
        states.map(({ name, slots }) => ({ name: `${name}/${slot}`, tensor: slots[k] })),
      ),
    ];
  }

  /** Takes a state from `getWeights`; the variables claim their parts in the order in which they come at the next step. */
  override async setWeights(weights: NamedTensor[]): Promise<void> {
    const [table, ...slots] = await this.extractIterations(weights);
    const numbers = await table.tensor.data();
    const count = numbers.length / 2;
    checkLength("weights", weights, 2 + count * this.slots.length);
    const restored = Array.from({ length: count }, (_, i) => {
      const own = this.slots.map((_name, k) => slots[k * count + i]);
      const state: State = {
        name: own[0]?.name.replace(/\/[^/]*$/, "") ?? "",
        steps: numbers[2 * i],
        penalized: numbers[2 * i + 1] === 1,
        factors: [],
        slots: own.map(({ tensor }) => tensor.variable(false)),
      };
      for (let step = 1; step <= state.steps; ++step) this.advance(state.factors, step);
      return state;
    });
    this.dispose();
    this.restored = restored;
  }

  override getConfig(): serialization.ConfigDict {
    const { learningRate, l1, l2, weightDecay } = this;
    return { learningRate, l1, l2, weightDecay, unpenalized: toConfig(this.unpenalized) };
  }

  static override fromConfig<T extends serialization.Serializable>(
    cls: serialization.SerializableConstructor<T>,
    config: serialization.ConfigDict,
  ): T {
    const { customObjects: _, unpenalized, ...options } = config;
    return new cls({ ...options, unpenalized: fromConfig(unpenalized) });
  }
}

/** TensorFlow.js rewrites text as camel case when it loads a model, except under the key `name`. */
function toConfig(unpenalized: Unpenalized): serialization.ConfigDictValue {
  if (typeof unpenalized === "function") return FUNCTION;
  if (unpenalized instanceof RegExp) return { name: unpenalized.source, flags: unpenalized.flags };
  return unpenalized.map((name) => ({ name }));
}

function fromConfig(config: serialization.ConfigDictValue | undefined): Unpenalized | undefined {
  if (config === undefined) return undefined;
  if (Array.isArray(config)) return config.map((entry) => (entry as { name: string }).name);
  if (config !== FUNCTION) {
    const { name, flags } = config as { name: string; flags: string };
    return new RegExp(name, flags);
  }
  return (name) => {
    throw rangeError("ERR_VALUE", `"unpenalized" was a function, which is not saved: set it again, for "${name}"`);
  };
}

/**
 * soft(w, t), with exact zeros that are +0, and NaN for NaN: w − clamp(w, −t, t) for one t. Tensors only have slow minima and
 * maxima in WASM, so with a t for each w it is max(w − t, 0) − max(−w − t, 0), which is the same to the bit.
 */
function softThreshold(w: Tensor, t: Tensor | number): Tensor {
  if (typeof t === "number") return w.sub(clipByValue(w, -t, t));
  return w.sub(t).relu().sub(w.neg().sub(t).relu());
}

/** gradient + factor·w */
function addScaled(gradient: Tensor, factor: number, w: Tensor): Tensor {
  return factor === 0 ? gradient : gradient.add(w.mul(factor));
}

abstract class AdamBase extends ProximalOptimizer {
  readonly betas: readonly [number, number];
  readonly eps: number;
  protected readonly slots = ["m", "v"];
  protected abstract readonly decoupled: boolean;

  protected constructor(owner: string, options: AdamOptions, defaults: { learningRate: number; weightDecay: number }) {
    checkOptions(owner, options, [...COMMON, "betas", "eps"], trainingNames);
    super(options, defaults);
    const { betas = [0.9, 0.999], eps = 1e-8 } = options;
    if (!Array.isArray(betas)) throw typeError("ERR_TYPE", `"betas" must be two numbers, got ${describe(betas)}`);
    checkLength("betas", betas, 2);
    // The largest double below 1.
    for (const beta of betas) checkBetween("betas", beta, 0, 1 - Number.EPSILON / 2);
    checkNonNegative("eps", eps);
    this.betas = [betas[0], betas[1]];
    this.eps = eps;
  }

  /** The powers of both betas. */
  protected advance(factors: number[], steps: number): void {
    for (let k = 0; k < 2; ++k) factors[k] = (steps === 1 ? 1 : factors[k]) * this.betas[k];
  }

  protected step(w: Variable, gradient: Tensor, { factors, slots: [m, v] }: State, penalties: Penalties): Tensor {
    const { learningRate, eps, betas, decoupled } = this;
    const { l1, coupled, weightDecay } = penalties;
    const g = addScaled(gradient, decoupled ? coupled : coupled + weightDecay, w);
    m.assign(m.mul(betas[0]).add(g.mul(1 - betas[0])));
    v.assign(v.mul(betas[1]).add(g.square().mul(1 - betas[1])));
    const root = v
      .sqrt()
      .div(Math.sqrt(1 - factors[1]))
      .add(eps);
    const start = decoupled && weightDecay !== 0 ? w.mul(1 - learningRate * weightDecay) : w;
    const moved = start.sub(m.div(root).mul(learningRate / (1 - factors[0])));
    return l1 === 0 ? moved : softThreshold(moved, root.reciprocal().mul(l1 * learningRate));
  }

  override getConfig(): serialization.ConfigDict {
    return { ...super.getConfig(), betas: [...this.betas], eps: this.eps };
  }
}

/**
 * Adam with decoupled weight decay, and with an optional L1 penalty as a proximal step, on each variable w with gradient g:
 *
 * ```text
 * g ← g + 2·l2·w                          w ← w·(1 − learningRate·weightDecay)
 * m ← β₁·m + (1 − β₁)·g                   v ← β₂·v + (1 − β₂)·g²
 * rate = learningRate/(√(v/(1 − β₂ᵗ)) + eps)
 * w ← soft(w − rate·m/(1 − β₁ᵗ), l1·rate)
 * ```
 *
 * Defaults: learningRate 1e-3, weightDecay 0.01, the others 0. Variables whose names end in bias, gamma or beta are not
 * penalised, unless `unpenalized` says otherwise. `model.save(…, { includeOptimizer: true })` saves it, `tf.loadLayersModel`
 * restores it where this module has been imported. Gradients are not checked, as reading them back would hold up a GPU.
 *
 * @throws RangeError or TypeError if an option is out of range, of the wrong kind or unknown.
 * @see Loshchilov & Hutter, Decoupled weight decay regularization (2019).
 * @example
 * model.compile({ optimizer: new AdamW({ learningRate: 1e-3, weightDecay: 0.01 }), loss: "meanSquaredError" });
 */
export class AdamW extends AdamBase {
  static readonly className = "RegulusAdamW";
  protected readonly decoupled = true;

  constructor(options: AdamOptions = {}) {
    super("AdamW", options, { learningRate: 1e-3, weightDecay: 0.01 });
  }
}

/**
 * Adam with an L1 penalty as a proximal step with each weight's own step size, which gives exact zeros:
 *
 * ```text
 * g ← g + (2·l2 + weightDecay)·w
 * m ← β₁·m + (1 − β₁)·g                   v ← β₂·v + (1 − β₂)·g²
 * rate = learningRate/(√(v/(1 − β₂ᵗ)) + eps)
 * w ← soft(w − rate·m/(1 − β₁ᵗ), l1·rate)
 * ```
 *
 * Defaults: learningRate 1e-3, the others 0. Biases and saving: as in {@link AdamW}.
 *
 * @throws RangeError or TypeError if an option is out of range, of the wrong kind or unknown.
 * @see Kingma & Ba, Adam (2015); Melchior, Joseph & Moolekamp, Proximal Adam (2019).
 * @example
 * model.compile({ optimizer: new ProximalAdam({ l1: 1e-3 }), loss: "meanSquaredError" });
 */
export class ProximalAdam extends AdamBase {
  static readonly className = "RegulusProximalAdam";
  protected readonly decoupled = false;

  constructor(options: AdamOptions = {}) {
    super("ProximalAdam", options, { learningRate: 1e-3, weightDecay: 0 });
  }
}

/**
 * SGD with an L1 penalty as a proximal step, which gives exact zeros, optionally with momentum μ and dampening d:
 *
 * ```text
 * g ← g + (2·l2 + weightDecay)·w
 * b ← μ·b + (1 − d)·g  (the first time: g)             c ← μ·c + 1 − d  (the first time: 1)
 * w ← soft(w − learningRate·b, l1·learningRate·c)
 * ```
 *
 * and with `nesterov`, g + μ·b in place of b and 1 + μ·c in place of c. The factor c is how far a constant gradient has
 * moved w: without it the steps would not end at a minimum of loss + penalty.
 *
 * Defaults: learningRate 1e-3, the others 0. Biases and saving: as in {@link AdamW}.
 *
 * @throws RangeError or TypeError if an option is out of range, of the wrong kind or unknown.
 * @example
 * new ProximalSGD({ learningRate: 0.1, momentum: 0.9, l1: 1e-3 }).minimize(() => loss(), true, [W, bias]);
 */
export class ProximalSGD extends ProximalOptimizer {
  static readonly className = "RegulusProximalSGD";
  readonly momentum: number;
  readonly dampening: number;
  readonly nesterov: boolean;
  protected readonly slots: readonly string[];

  constructor(options: SGDOptions = {}) {
    checkOptions("ProximalSGD", options, [...COMMON, "momentum", "dampening", "nesterov"], trainingNames);
    super(options, { learningRate: 1e-3, weightDecay: 0 });
    const { momentum = 0, dampening = 0, nesterov = false } = options;
    checkNonNegative("momentum", momentum);
    checkBetween("dampening", dampening, 0, 1);
    checkBoolean("nesterov", nesterov);
    if (nesterov && (momentum === 0 || dampening !== 0)) {
      throw rangeError("ERR_VALUE", '"nesterov" needs a momentum above 0 and no dampening');
    }
    this.momentum = momentum;
    this.dampening = dampening;
    this.nesterov = nesterov;
    this.slots = momentum === 0 ? [] : ["momentum"];
  }

  /** The factor c of the threshold. */
  protected advance(factors: number[], steps: number): void {
    factors[0] = steps === 1 ? 1 : this.momentum * factors[0] + 1 - this.dampening;
  }

  protected step(
    w: Variable,
    gradient: Tensor,
    { steps, factors, slots: [buffer] }: State,
    penalties: Penalties,
  ): Tensor {
    const { learningRate, momentum, dampening, nesterov } = this;
    const { l1, coupled, weightDecay } = penalties;
    const g = addScaled(gradient, coupled + weightDecay, w);
    let [direction, c] = [g, 1];
    if (buffer !== undefined) {
      buffer.assign(steps === 1 ? g.clone() : buffer.mul(momentum).add(g.mul(1 - dampening)));
      direction = nesterov ? g.add(buffer.mul(momentum)) : buffer;
      c = nesterov ? 1 + momentum * factors[0] : factors[0];
    }
    const moved = w.sub(direction.mul(learningRate));
    return l1 === 0 ? moved : softThreshold(moved, l1 * learningRate * c);
  }

  override getConfig(): serialization.ConfigDict {
    const { momentum, dampening, nesterov } = this;
    return { ...super.getConfig(), momentum, dampening, nesterov };
  }
}

// Under these names a saved model finds them again.
for (const optimizer of [AdamW, ProximalAdam, ProximalSGD]) serialization.registerClass(optimizer);
