-- create "books" table
CREATE TABLE "public"."books" (
  "isbn" text NOT NULL,
  "title" text NOT NULL,
  "cents" integer NOT NULL,
  "stock" integer NOT NULL DEFAULT 0,
  PRIMARY KEY ("isbn"),
  CONSTRAINT "books_cents_check" CHECK (cents >= 0),
  CONSTRAINT "books_isbn_check" CHECK (isbn ~ '^[0-9]{13}$'::text),
  CONSTRAINT "books_stock_check" CHECK (stock >= 0)
);
-- create "orders" table
CREATE TABLE "public"."orders" (
  "id" bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
  "isbn" text NOT NULL,
  "reader" text NOT NULL,
  "ordered_at" timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY ("id"),
  CONSTRAINT "orders_isbn_fkey" FOREIGN KEY ("isbn") REFERENCES "public"."books" ("isbn") ON UPDATE NO ACTION ON DELETE NO ACTION
);
-- create index "orders_reader_idx" to table: "orders"
CREATE INDEX "orders_reader_idx" ON "public"."orders" ("reader", "ordered_at");
