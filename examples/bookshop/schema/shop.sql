CREATE TABLE books (
  isbn  text    PRIMARY KEY CHECK (isbn ~ '^[0-9]{13}$'),
  title text    NOT NULL,
  cents integer NOT NULL CHECK (cents >= 0),
  stock integer NOT NULL DEFAULT 0 CHECK (stock >= 0)
);

CREATE TABLE orders (
  id         bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  isbn       text        NOT NULL REFERENCES books (isbn),
  reader     text        NOT NULL,
  ordered_at timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX orders_reader_idx ON orders (reader, ordered_at);
