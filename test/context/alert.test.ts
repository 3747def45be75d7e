import type { INodeExecutionData } from 'n8n-workflow';

import { Trigger } from '../../host/core';
import { QCallTrigger } from '../../nodes/QCall/QCallTrigger.node';
import { begunHere } from '../../nodes/n8n/begun-here';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const SECRET = 'the-right-secret-of-some-length';
const PREVIOUS = 'the-one-before-it';
const STRANGE = 'another-secret-that-was-mistyped';
const credential = { headerName: 'X-Secret', secret: SECRET, previousSecret: PREVIOUS };

const triggerWith = (options = {}, more: Partial<ConstructorParameters<typeof Trigger>[0]> = {}) =>
	new Trigger({ nodeType: new QCallTrigger(), parameters: { options: { ...options } }, credential, ...more });

const withSecret = (secret: string) => ({ headers: { 'x-secret': secret }, json: { phone_number: '+15550100' } });

/** What each of so many refused deliveries hands over. */
async function refused(trigger: Trigger, times: number): Promise<INodeExecutionData[]> {
	const handedOver: INodeExecutionData[] = [];
	for (let time = 0; time < times; time++) {
		const { answered, result } = await trigger.receive(withSecret(STRANGE));
		expect(answered?.status).toBe(401);
		handedOver.push(...(result.workflowData?.[0] ?? []));
	}
	return handedOver;
}

describe('deliveries that are refused', () => {
	it('make one execution, which fails with what happened and what to do, and has no secret and no call', async () => {
		const trigger = triggerWith();
		const items = await refused(trigger, 300);
		expect(items).toHaveLength(1);
		await expect(trigger.execute(items, '1')).rejects.toMatchObject({
			message: expect.stringMatching(
				/^3 call deliveries were refused since \d\d:\d\d \(.+\), because the header X-Secret holds another secret than n8n's credential$/,
			),
			description: expect.stringMatching(/Enter the same secret in both: .*no Error Workflow\. Choose one/s),
		});
		for (const none of [SECRET, STRANGE, PREVIOUS, '+15550100']) expect(JSON.stringify(items)).not.toContain(none);
	});

	it('run nothing when that is retried', async () => {
		const trigger = triggerWith();
		const { output, hints } = await trigger.execute(await refused(trigger, 3), '1', 'retry');
		expect(output).toEqual([[]]);
		expect(hints).toMatchObject([{ message: expect.stringContaining('nothing to retry') }]);
	});

	it.each([SECRET, PREVIOUS])('are no trouble where one is let in between, with %s', async (secret) => {
		const trigger = triggerWith();
		await refused(trigger, 2);
		await trigger.receive(withSecret(secret));
		expect(await refused(trigger, 2)).toEqual([]);
		expect(await refused(trigger, 1)).toHaveLength(1);
	});

	it.each<[string, object, boolean]>([
		['the option was never touched', {}, true],
		['it is chosen', { alerts: ['deliveriesRefused', 'noCall'] }, true],
		['it is not chosen', { alerts: ['noCall'] }, false],
		['none is chosen', { alerts: [] }, false],
		['the option cannot be read', { alerts: '={{ $json.nothing.here() }}' }, true],
	])('are told of or not where %s', async (_what, options, isTold) => {
		expect(await refused(triggerWith(options), 3)).toHaveLength(isTold ? 1 : 0);
	});

	it('are told of in place of a rejected delivery that is emitted', async () => {
		const trigger = triggerWith({ emitRejected: true });
		const outlets = (await refused(trigger, 9)).map(({ json }) => Object(json.postCall).outlet);
		expect(outlets).toEqual(['ignored', 'alert']);
	});

	it('are no alert in a test', async () => {
		const outlets = (await refused(triggerWith({}, { mode: 'manual' }), 9)).map(
			({ json }) => Object(json.postCall).outlet,
		);
		expect(outlets).not.toContain('alert');
	});

	it.each([
		['did not arrive', { credential }, {}],
		['has no secret', { credential: { ...credential, secret: '', previousSecret: '' } }, { 'x-secret': STRANGE }],
		['has no usable credential', { credential: undefined }, { 'x-secret': STRANGE }],
		['nothing to read in them', { credential }, { 'x-secret': SECRET }],
	])('say so where the reason is another: %s', async (why, setup, headers) => {
		const trigger = triggerWith({}, setup);
		let items: INodeExecutionData[] = [];
		for (let time = 0; time < 3; time++) items = (await trigger.receive({ headers })).result.workflowData?.[0] ?? [];
		await expect(trigger.execute(items, '1')).rejects.toThrow(why);
	});
});

describe('no call for a while', () => {
	beforeEach(() => {
		jest.useFakeTimers({ now: Date.UTC(2026, 10, 28, 9, 0), doNotFake: ['nextTick', 'setImmediate'] });
	});
	afterEach(() => {
		jest.useRealTimers();
	});

	/** A trigger that n8n has started, with what its scheduler does each minute. */
	async function started(options: object, mode?: 'manual') {
		const trigger = triggerWith(options, { mode, parameters: { authentication: 'none', options: { ...options } } });
		const emitted: INodeExecutionData[] = [];
		const woken: Array<(at: Date) => unknown> = [];
		const response = await trigger.start(
			(items) => emitted.push(...(items[0] ?? [])),
			'activate',
			(_expression, onTick) => woken.push(onTick),
		);
		/** How many executions there are after so much time. */
		const after = (time: number) => {
			jest.setSystemTime(Date.now() + time);
			for (const wake of woken) wake(new Date());
			return emitted.length;
		};
		return { trigger, emitted, woken, after, stop: response?.closeFunction };
	}

	it('is told once, and again after a call has come', async () => {
		const { trigger, emitted, after } = await started({ alerts: ['noCall'], alertAfterHours: 2 });
		expect([after(2 * HOUR - 1), after(1), after(9 * HOUR)]).toEqual([0, 1, 1]);
		await expect(trigger.execute(emitted, '1', 'trigger')).rejects.toMatchObject({
			message: expect.stringMatching(/^No call has arrived for 2 hours, since \d\d:\d\d/),
			description: expect.stringContaining('Production URL'),
		});
		await trigger.receive({ json: { phone_number: '+15550100' } });
		expect([after(2 * HOUR - 1), after(1), after(9 * HOUR)]).toEqual([1, 2, 2]);
		expect((await trigger.execute(emitted, '2', 'retry')).output).toEqual([[]]);
	});

	it.each([{}, { alerts: [] }, { alerts: ['deliveriesRefused'], alertAfterHours: 2 }])(
		'is not told where the user has not chosen it: %j',
		async (options) => {
			const { after } = await started(options);
			expect(after(1_000 * HOUR)).toBe(0);
		},
	);

	it('is told after a day where the user has set no time, with the one schedule that there is', async () => {
		const { after, woken } = await started({ alerts: ['noCall'] });
		expect(woken).toHaveLength(1);
		expect([after(24 * HOUR - 1), after(1)]).toEqual([0, 1]);
	});

	it('is not told in a test, nor after the end', async () => {
		expect((await started({ alerts: ['noCall'] }, 'manual')).after(99 * HOUR)).toBe(0);
		const { after, stop } = await started({ alerts: ['noCall'] });
		await stop?.();
		expect(after(99 * HOUR)).toBe(0);
	});

	it('is no alert where executions begin elsewhere, for webhooks may come there too', async () => {
		const { trigger, emitted, after } = await started({ alerts: ['noCall'], alertAfterHours: 1 });
		expect(after(HOUR)).toBe(1);
		// As in a worker, in which n8n starts no trigger.
		begunHere('trigger').endedElsewhere();
		const { output, hints } = await trigger.execute(emitted, '1', 'trigger');
		expect(output).toEqual([[]]);
		expect(hints).toMatchObject([{ message: expect.stringContaining('other processes of n8n') }]);
		await trigger.receive({ json: { phone_number: '+15550100' } });
		expect(after(9 * HOUR)).toBe(1);
	});
});
