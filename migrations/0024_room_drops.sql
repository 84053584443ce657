CREATE TABLE "room_drops" (
	"tenant_id" text NOT NULL,
	"show_id" text NOT NULL,
	"class" text NOT NULL,
	"reason" text NOT NULL,
	"events" bigint NOT NULL,
	CONSTRAINT "room_drops_show_id_class_reason_pk" PRIMARY KEY("show_id","class","reason"),
	CONSTRAINT "room_drops_positive" CHECK ("room_drops"."events" > 0)
);
--> statement-breakpoint
ALTER TABLE "room_drops" ADD CONSTRAINT "room_drops_show_fk" FOREIGN KEY ("tenant_id","show_id") REFERENCES "public"."shows"("tenant_id","id") ON DELETE no action ON UPDATE no action;