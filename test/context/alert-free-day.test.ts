import type { INodeExecutionData } from 'n8n-workflow';
import { z } from 'zod';

import { Trigger } from '../../host/core';
import { QCallTrigger } from '../../nodes/QCall/QCallTrigger.node';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const BEGIN = Date.UTC(2026, 10, 30, 8, 0);

const OLD = 'the-secret-of-yesterday-and-before';
const NEW = 'the-secret-that-comes-into-use-today';
const STRANGE = 'what-a-stranger-tries';
const CALLER = '+15550100';

beforeEach(() => {
	jest.useFakeTimers({ now: BEGIN, doNotFake: ['nextTick', 'setImmediate'] });
});
afterEach(() => {
	jest.useRealTimers();
});

interface Setup {
	workflowId: string;
	secret: string;
	previousSecret?: string;
	mode?: 'manual';
}

/** One line of a business in one n8n, with both alerts on, and all that somebody would be told. */
class Line {
	readonly told: string[] = [];

	private restarts = 0;

	private setup: Setup = { workflowId: '', secret: OLD };

	private wake: Array<(at: Date) => unknown> = [];

	private stop?: () => Promise<void>;

	constructor(private readonly name: string) {}

	private trigger({ workflowId, secret, previousSecret = '', mode }: Setup): Trigger {
		return new Trigger({
			nodeType: new QCallTrigger(),
			parameters: { options: { alerts: ['deliveriesRefused', 'noCall'], alertAfterHours: 16 } },
			credential: { headerName: 'X-Secret', secret, previousSecret },
			...{ workflowId, mode },
		});
	}

	/** n8n begins anew, and remembers nothing. */
	async restart(): Promise<void> {
		this.setup = { ...this.setup, workflowId: `${this.name}, start ${++this.restarts}` };
		await this.start('init');
	}

	/** An edit is published. */
	async update(): Promise<void> {
		await this.stop?.();
		await this.start('update');
	}

	private async start(activation: 'init' | 'update'): Promise<void> {
		this.wake = [];
		const started = await this.trigger(this.setup).start(
			(items) => this.tell(items[0]),
			activation,
			(_expression, onTick) => this.wake.push(onTick),
		);
		this.stop = started?.closeFunction;
	}

	/** The credential is changed in n8n: no node is started again by that. */
	changeSecret(secret: string, previousSecret?: string): void {
		this.setup = { ...this.setup, secret, previousSecret };
	}

	async deliver(secret: string, times = 1, mode?: 'manual'): Promise<void> {
		for (let time = 0; time < times; time++) {
			const delivery = { headers: { 'x-secret': secret }, json: { phone_number: CALLER } };
			const { result } = await this.trigger({ ...this.setup, mode }).receive(delivery);
			this.tell(result.workflowData?.[0]);
		}
	}

	/** Time passes minute by minute. */
	until(hours: number): void {
		while (Date.now() < BEGIN + hours * HOUR) {
			jest.setSystemTime(Date.now() + MINUTE);
			for (const wake of this.wake) wake(new Date());
		}
	}

	private tell(items: INodeExecutionData[] = []): void {
		for (const { json } of items) {
			const { data } = alert.safeParse(json);
			if (data !== undefined) this.told.push(`${data.postCall.message}. ${data.postCall.description}`);
		}
	}
}

const alert = z.object({
	postCall: z.object({ outlet: z.literal('alert'), message: z.string(), description: z.string() }),
});

interface Day {
	/** What the provider goes on sending after the secret was changed is let in for a while. */
	keepsPreviousSecret?: boolean;
	/** Whether the provider sends the new one in the end. */
	providerFollows?: boolean;
	callsComeIn?: boolean;
}

/** From 8 in the morning until 11 the next day: hours from the start. */
async function live(line: Line, day: Day = {}): Promise<string[]> {
	const { keepsPreviousSecret = true, providerFollows = true, callsComeIn = true } = day;
	let secret = OLD;
	const call = async (times = 1) => (callsComeIn ? await line.deliver(secret, times) : undefined);

	await line.restart();
	for (let hour = 1; hour <= 3; hour++) {
		line.until(hour);
		await call(3);
	}
	// Somebody mistypes the header, and corrects it.
	await line.deliver(STRANGE, 2);
	await call();
	// A campaign, with scanners of the internet among its calls.
	for (let wave = 0; wave < 5; wave++) {
		await call(20);
		await line.deliver(STRANGE);
	}
	await call();
	line.until(4);
	await line.restart();
	await call(3);
	line.until(5);
	await line.update();
	await call(3);
	// The owner of the workflow tries another secret out in the editor.
	await line.deliver(STRANGE, 9, 'manual');
	line.changeSecret(NEW, keepsPreviousSecret ? OLD : undefined);
	await call(5);
	line.until(6);
	if (providerFollows) secret = NEW;
	await call(5);
	line.until(9);
	await call();
	// The night, in which two strangers come who know the URL.
	for (const hour of [12, 18]) {
		line.until(hour);
		await line.deliver(STRANGE);
	}
	line.until(24.5);
	await call(3);
	line.until(27);
	await call();
	return line.told;
}

it('gives nobody an alert: a burst, slips, strangers, a restart, an update, a new secret, tests, and a quiet night', async () => {
	expect(await live(new Line('all is well'))).toEqual([]);
});

describe('the same day with something amiss gives alerts, with nothing of a call and no secret', () => {
	const refused = /^\d+ call deliveries were refused since .*because the header X-Secret holds another secret/;
	const silence = /^No call has arrived for 16 hours/;

	it.each<[string, Day, RegExp[]]>([
		[
			'the secret is changed in n8n alone: at once, when no call has been let in for so long, and the next day',
			{ keepsPreviousSecret: false, providerFollows: false },
			[refused, refused, refused, silence, refused],
		],
		['no call comes at all, but strangers do', { callsComeIn: false }, [refused, silence]],
	])('%s', async (what, day, expected) => {
		const told = await live(new Line(what), day);
		expect(told).toEqual(expected.map((each) => expect.stringMatching(each)));
		for (const secret of [OLD, NEW, STRANGE, CALLER]) expect(told.join()).not.toContain(secret);
	});
});
