/** Set `SEED` to a printed one to see the same moments again. */
export function seed(): number {
	const given = Number(process.env.SEED);
	return Number.isInteger(given) && given > 0 ? given : 1 + Math.floor(Math.random() * 0x7ffffffe);
}

/** Numbers between 0 and 1 that follow from the seed (Lehmer's generator with Park and Miller's constants). */
export function randomFrom(start: number): () => number {
	let state = start % 0x7fffffff;
	return () => {
		state = (state * 48_271) % 0x7fffffff;
		return state / 0x7fffffff;
	};
}
