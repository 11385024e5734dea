CREATE TABLE toys (id bigint PRIMARY KEY, name txet);
CREATE TABEL shelves (id bigint PRIMARY KEY);
--     ^ error sql/syntax: syntax error at or near "TABEL"
CREATE TABLE toys (id bigint);
--           ^ error sql/duplicate-object: relation "toys" already exists
CREATE VIEW names AS SELECT nmae FROM pets;
--                          ^ error sql/unknown-column: column "nmae" does not exist (did you mean name?)
CREATE VIEW shelf_ids AS SELECT id FROM shelves;
ALTER TABLE pest ADD COLUMN x int;
--          ^ error sql/unknown-relation: relation "pest" does not exist (did you mean pets?)
ALTER TABLE pets DROP COLUMN nmae;
--                           ^ error sql/unknown-column: column "nmae" of relation "pets" does not exist (did you mean name?)
COMMENT ON TYPE pet_knid IS 'x';
--              ^ error sql/unknown-type: type "pet_knid" does not exist (did you mean pet_kind?)
