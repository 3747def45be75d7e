import { deliveryOf } from '../../nodes/delivery/delivery';
import { webhookContext } from './webhook-context';

const addressOf = (ip: string | undefined) => {
	const { context } = webhookContext();
	const request = Object.create(context.getRequestObject(), { ip: { value: ip } });
	return deliveryOf(Object.assign(Object.create(context), { getRequestObject: () => request }), context.getNode())
		.remoteAddress;
};

test.each([
	['192.0.2.1', '192.0.2.1'],
	['2001:db8::1%eth0', '2001:db8::1%eth0'],
	[undefined, ''],
])('the address of a delivery, %p, is %p', (ip, address) => {
	expect(addressOf(ip)).toBe(address);
});

// Behind a proxy that n8n was told of, a header says it.
test('an address that a stranger made up is one short line, for it is written into a log', () => {
	expect(addressOf('a\r\nforged line')).toBe('a forged line');
	expect(addressOf('a'.repeat(9_999)).length).toBeLessThan(210);
});
