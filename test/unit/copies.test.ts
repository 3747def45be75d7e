/** n8n loads a package once more where it is updated while n8n runs (docs/n8n.md, 45). */

type Copies = typeof import('../../nodes/n8n/copies');
type Begun = typeof import('../../nodes/n8n/begun-here');

function load(): { copies: Copies; begun: Begun } {
	let copies: Copies | undefined;
	let begun: Begun | undefined;
	jest.isolateModules(() => {
		copies = jest.requireActual<Copies>('../../nodes/n8n/copies');
		begun = jest.requireActual<Begun>('../../nodes/n8n/begun-here');
	});
	if (!copies || !begun) throw new Error('Nothing was loaded.');
	return { copies, begun };
}

test('a copy knows that another one was loaded since, and what has begun in either', async () => {
	const old = load();
	expect(old.copies.isOutdated()).toBe(false);
	old.begun.inProduction.startsHere();
	const begun = old.begun.inProduction.first('a delivery');

	const latest = load();
	expect(latest.copies).not.toBe(old.copies);
	expect([old.copies.isOutdated(), latest.copies.isOutdated()]).toEqual([true, false]);
	// An execution that the old copy's trigger has started begins in the new one.
	expect(latest.begun.inProduction.isElsewhere).toBe(false);
	latest.begun.inProduction.tell('a delivery', { executionId: '7' });
	expect(await begun).toEqual({ executionId: '7' });
});
