import type { INodeExecutionData, ITriggerFunctions } from 'n8n-workflow';

import { inProduction } from '../../nodes/n8n/begun-here';
import { startExecution } from '../../nodes/n8n/start-execution';

const items = [[{ json: {} }]];

beforeEach(() => {
	jest.useFakeTimers();
	inProduction.startsHere();
	inProduction.beginHere = true;
});
afterEach(() => {
	jest.useRealTimers();
});

/** A trigger whose executions begin in this process under their names, or end in another one as they are told. */
function triggerOf(becomes: { begins?: string; ends?: 'success' | 'error' }): ITriggerFunctions {
	const emit = (_items: INodeExecutionData[][], _response: unknown, done?: { resolve: (run: object) => void }) => {
		if (becomes.begins !== undefined) inProduction.tell(becomes.begins, { executionId: '1' });
		if (becomes.ends !== undefined) done?.resolve({ status: becomes.ends });
	};
	const createDeferredPromise = () => {
		let resolve: unknown;
		let reject: unknown;
		const promise = new Promise((...settle) => ([resolve, reject] = settle));
		return { promise, resolve, reject };
	};
	return Object({ emit, helpers: { createDeferredPromise } });
}

it('where one has begun here, it waits for each to begin', async () => {
	expect(await startExecution(triggerOf({ begins: 'a' }), 'a', items)).toEqual({ begun: { executionId: '1' } });
	await jest.advanceTimersByTimeAsync(120_000);
	expect(inProduction.beginHere).toBe(true);
});

it('finds out that they begin elsewhere now, where n8n has loaded the package once more', async () => {
	const elsewhere = triggerOf({ ends: 'success' });
	void startExecution(elsewhere, 'a', items);
	await jest.advanceTimersByTimeAsync(19_000);
	expect(inProduction.beginHere).toBe(true);
	await jest.advanceTimersByTimeAsync(2_000);
	expect([inProduction.beginHere, inProduction.isOneProcess]).toEqual([false, true]);
	expect(await startExecution(elsewhere, 'b', items)).toEqual({ run: { status: 'success' } });
	expect([inProduction.beginHere, inProduction.isOneProcess, inProduction.isElsewhere]).toEqual([false, false, true]);
});

it('of one that waits for a place for long it learns nothing', async () => {
	void startExecution(triggerOf({}), 'a', items);
	await jest.advanceTimersByTimeAsync(21_000);
	expect(inProduction.beginHere).toBe(false);
	inProduction.tell('a', { executionId: '1' });
	expect([inProduction.beginHere, inProduction.isElsewhere]).toEqual([true, false]);
});
