-- What is a part of what: class oid and oid of the part, then of the whole.
SELECT 'pg_class'::regclass::oid, x.indexrelid, 'pg_class'::regclass::oid, x.indrelid FROM pg_index x
UNION ALL SELECT 'pg_type'::regclass, t.oid, 'pg_class'::regclass, t.typrelid FROM pg_type t JOIN pg_class r ON r.oid = t.typrelid AND r.relkind <> 'c'
UNION ALL SELECT 'pg_class'::regclass, t.typrelid, 'pg_type'::regclass, t.oid FROM pg_type t JOIN pg_class r ON r.oid = t.typrelid AND r.relkind = 'c'
UNION ALL SELECT 'pg_type'::regclass, t.typarray, 'pg_type'::regclass, t.oid FROM pg_type t WHERE t.typarray <> 0
UNION ALL SELECT 'pg_type'::regclass, g.rngmultitypid, 'pg_type'::regclass, g.rngtypid FROM pg_range g
UNION ALL SELECT 'pg_constraint'::regclass, c.oid, 'pg_class'::regclass, c.conrelid FROM pg_constraint c WHERE c.conrelid <> 0
UNION ALL SELECT 'pg_constraint'::regclass, c.oid, 'pg_type'::regclass, c.contypid FROM pg_constraint c WHERE c.contypid <> 0
UNION ALL SELECT 'pg_attrdef'::regclass, d.oid, 'pg_class'::regclass, d.adrelid FROM pg_attrdef d
UNION ALL SELECT 'pg_rewrite'::regclass, w.oid, 'pg_class'::regclass, w.ev_class FROM pg_rewrite w WHERE w.rulename = '_RETURN'
UNION ALL SELECT d.classid, d.objid, d.refclassid, d.refobjid FROM pg_depend d WHERE d.deptype = 'e'
UNION ALL SELECT d.classid, d.objid, d.refclassid, d.refobjid FROM pg_depend d JOIN pg_sequence s ON s.seqrelid = d.objid
	WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i');
-- What uses what: class oid and oid of the user, then of the used, and the used
-- table's column, or a mark for one of its constraints.
SELECT d.classid, d.objid, d.refclassid, d.refobjid,
	CASE WHEN d.refclassid = 'pg_constraint'::regclass THEN 'constraint' ELSE coalesce(a.attname, '') END,
	d.refclassid = 'pg_constraint'::regclass
FROM pg_depend d
	LEFT JOIN pg_attribute a ON d.refclassid = 'pg_class'::regclass AND a.attrelid = d.refobjid AND a.attnum = d.refobjsubid AND d.refobjsubid > 0
WHERE d.objid >= 16384 AND d.refobjid >= 16384 AND d.deptype <> 'e'
ORDER BY 1, 2, 3, 4, 5;
