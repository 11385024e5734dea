-- undoes 20261123093617_init.sql

-- drop "orders" table
DROP TABLE "public"."orders";
-- drop "books" table
DROP TABLE "public"."books";
