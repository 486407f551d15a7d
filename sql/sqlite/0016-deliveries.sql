-- 0016-deliveries: what is due is found by its webhook.
--
-- Why:     one that is switched off may have left a long queue; whoever looks
--          for what is due, every two seconds, should not walk through it.
-- Rules:   none.
-- Reads:   lib/model/delivery_send.c
-- Cost:    reads the deliveries once.
-- Beside:  program 2.0.0 and later may run while this is applied.
-- Undo:    none; restore the backup that `magnetiq migrate` took first.

DROP INDEX webhook_deliveries_due;
CREATE INDEX webhook_deliveries_due ON webhook_deliveries
	(webhook_id, next_attempt_at) WHERE state IN ('queued', 'sending');
