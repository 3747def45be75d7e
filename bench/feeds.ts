import { type CallScalerCall, callScalerCall } from '../test/n8n/simulators';

/** What becomes of a delivery at the trigger of this package. */
export type Expected = 'accepted' | 'ignored' | 'duplicate';

/** One call to deliver. */
export interface Turn {
	call: CallScalerCall;
	expected: Expected;
}

/** What a contender is given, delivery after delivery. */
export interface Feed {
	next: () => Turn;
	/** Told of each delivery once it is answered. */
	answered?: (turn: Turn) => void;
	/** How many new calls it has given so far. */
	newCalls: () => number;
}

/** Calls this short are what the filters of both sides are set to exclude. */
export const MIN_DURATION = 30;
const TOO_SHORT = 4;

const newCall = (): Turn => ({ call: callScalerCall(), expected: 'accepted' });
const excludedCall = (): Turn => ({ call: callScalerCall({ duration_seconds: TOO_SHORT }), expected: 'ignored' });

export function onlyNew(): Feed {
	let given = 0;
	return {
		next: () => {
			given++;
			return newCall();
		},
		newCalls: () => given,
	};
}

export function onlyExcluded(): Feed {
	return { next: excludedCall, newCalls: () => 0 };
}

/** The same call for ever: the first delivery of it is new. */
export function onlyRepeated(): Feed {
	const first = newCall();
	let given = 0;
	return {
		next: () => (given++ === 0 ? first : { ...first, expected: 'duplicate' }),
		newCalls: () => Math.min(given, 1),
	};
}

/** Of ten deliveries six are excluded, one is a duplicate and three are new, in an order that spreads them. */
const MIXTURE: readonly Expected[] = [
	'accepted',
	'ignored',
	'ignored',
	'accepted',
	'ignored',
	'ignored',
	'accepted',
	'ignored',
	'duplicate',
	'ignored',
];

/** Providers send a call again after half a minute: what is repeated was answered some deliveries ago. */
const REPEATED_AFTER = 10;

export function mixture(): Feed {
	const answered: Turn[] = [];
	let position = 0;
	let given = 0;
	const accepted = () => {
		given++;
		return newCall();
	};
	const repeated = (): Turn => {
		const earlier = answered.length > REPEATED_AFTER ? answered.shift() : undefined;
		return earlier ? { ...earlier, expected: 'duplicate' } : accepted();
	};
	const next: Record<Expected, () => Turn> = { accepted, ignored: excludedCall, duplicate: repeated };
	return {
		next: () => next[MIXTURE[position++ % MIXTURE.length] ?? 'ignored'](),
		answered: (turn) => {
			if (turn.expected === 'accepted') answered.push(turn);
		},
		newCalls: () => given,
	};
}
