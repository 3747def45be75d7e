import type { IDataObject } from 'n8n-workflow';

/** The guide's "Example: The Payload Your Server Will Receive". */
const ended = {
	first_name: 'Kapil',
	last_name: 'Karda',
	phone_number: '+919876543210',
	email_address: 'kapil@example.com',
	order_id: 'ORD-2026-00123',
	call_date: '2026-04-24',
	call_duration: 184,
	call_cost: 0.42,
	product_name: 'Premium Wireless Earbuds',
	quantity: 2,
	order_value: 3998,
	address: '42, Green Park, New Delhi',
	pincode: '110016',
	sentiment_analysis: 'Positive',
	call_outcome: 'Order Placed',
	call_summary:
		'Customer confirmed order of 2 premium wireless earbuds for delivery to Green Park. Payment on delivery agreed.',
	recording_url: 'https://cdn.qcall.ai/recordings/cs_abc123.mp3',
};

/** Before a call has ended, the agent sends what it knows of the caller by then. */
export function sampleFor([triggerOn]: readonly string[]): IDataObject {
	const { phone_number, order_id } = ended;
	switch (triggerOn) {
		case 'callStarted':
			return { phone_number };
		case 'duringCall':
			return { phone_number, order_id };
		default:
			return ended;
	}
}
