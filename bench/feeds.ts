import { callScalerCall, type CallScalerCall } from '../host/simulators';

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
}

/** Calls this short are what the filters of both sides are set to exclude. */
export const MIN_DURATION = 30;
const TOO_SHORT = 4;

const newCall = (change = {}): Turn => ({ call: callScalerCall(change), expected: 'accepted' });
const excludedCall = (): Turn => ({ call: callScalerCall({ duration_seconds: TOO_SHORT }), expected: 'ignored' });

export const onlyNew = (): Feed => ({ next: () => newCall() });

/** New calls with a transcription of so many bytes; with 0 that of the guide, so that the call has its own size. */
export function onlyLong(bytes: number): Feed {
	const change = bytes > 0 ? { transcription: 'Hi, I need a quote. '.repeat(bytes / 20) } : {};
	return { next: () => newCall(change) };
}

export const onlyExcluded = (): Feed => ({ next: excludedCall });

/** The same call for ever: it is new until it has been answered once. */
export function onlyRepeated(): Feed {
	let turn = newCall();
	return {
		next: () => turn,
		answered: () => {
			turn = { ...turn, expected: 'duplicate' };
		},
	};
}

/** Of ten deliveries three are new (n), six are excluded (x) and one is a repetition (r), in an order that spreads them. */
const MIXTURE = [...'nxxnxxnxrx'];

/** Providers send a call again after half a minute: what is repeated was answered some deliveries ago. */
const REPEATED_AFTER = 10;

export function mixture(): Feed {
	const answered: Turn[] = [];
	let position = 0;
	const repeatedCall = (): Turn => {
		const earlier = answered.length > REPEATED_AFTER ? answered.shift() : undefined;
		return earlier ? { ...earlier, expected: 'duplicate' } : newCall();
	};
	return {
		next: () => {
			const kind = MIXTURE[position++ % MIXTURE.length];
			if (kind === 'x') return excludedCall();
			return kind === 'r' ? repeatedCall() : newCall();
		},
		answered: (turn) => {
			if (turn.expected === 'accepted') answered.push(turn);
		},
	};
}
