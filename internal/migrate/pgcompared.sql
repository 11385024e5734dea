-- What is compared and not planned, one query per kind of object. Each gives
-- class oid, oid, kind, name, definition. Members of extensions are their
-- extension's and not listed. The search_path must be empty.
SELECT 'pg_proc'::regclass::oid, p.oid, 'aggregate', p.oid::regprocedure::text,
	concat_ws(' ', to_jsonb(a) - '{aggfnoid,aggsortop,aggtranstype,aggmtranstype}'::text[], a.aggsortop::regoperator,
		format_type(a.aggtranstype, NULL), a.aggmtranstype::regtype, p.proparallel, obj_description(p.oid, 'pg_proc'))
FROM pg_aggregate a JOIN pg_proc p ON p.oid = a.aggfnoid
WHERE p.oid >= 16384 AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_proc'::regclass AND e.objid = p.oid AND e.deptype = 'e');

SELECT 'pg_type'::regclass::oid, t.oid, CASE t.typtype WHEN 'r' THEN 'range type' ELSE 'base type' END, format('%s.%s', n.nspname, t.typname),
	concat_ws(' ', (SELECT concat_ws(' ', format_type(g.rngsubtype, NULL), g.rngcollation::regcollation, (SELECT opcname FROM pg_opclass WHERE oid = g.rngsubopc),
			g.rngcanonical, g.rngsubdiff, g.rngmultitypid::regtype) FROM pg_range g WHERE g.rngtypid = t.oid),
		to_jsonb(t) - '{oid,typname,typnamespace,typowner,typacl,typrelid,typelem,typarray,typbasetype}'::text[], t.typelem::regtype, obj_description(t.oid, 'pg_type'))
FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
WHERE t.oid >= 16384 AND (t.typtype IN ('r', 'p') OR t.typtype = 'b' AND t.typcategory <> 'A') AND n.nspname !~ '^pg_'
	AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_type'::regclass AND e.objid = t.oid AND e.deptype = 'e');

SELECT 0::oid, 0::oid, CASE i.type WHEN 'default acl' THEN 'default privileges' ELSE i.type END, i.identity,
	concat_ws(' ', o.definition, obj_description(o.oid, o.class::text::name))
FROM (
	SELECT 'pg_cast'::regclass AS class, oid, concat_ws(' ', castcontext, castmethod, castfunc::regprocedure) AS definition FROM pg_cast
	UNION ALL SELECT 'pg_operator', oid, concat_ws(' ', to_jsonb(o) - '{oid,oprnamespace,oprowner,oprleft,oprright,oprresult,oprcom,oprnegate}'::text[],
		oprresult::regtype, oprcom::regoperator, oprnegate::regoperator) FROM pg_operator o
	UNION ALL SELECT 'pg_opclass', oid, concat_ws(' ', opcdefault, opckeytype::regtype, (pg_identify_object('pg_opfamily'::regclass, opcfamily, 0)).identity) FROM pg_opclass
	UNION ALL SELECT 'pg_opfamily', oid, concat_ws(' ',
		(SELECT string_agg(concat_ws(' ', amopstrategy, amoppurpose, amopopr::regoperator), ', ' ORDER BY amopstrategy, amopopr::regoperator::text) FROM pg_amop WHERE amopfamily = f.oid),
		(SELECT string_agg(concat_ws(' ', amprocnum, amproc::regprocedure), ', ' ORDER BY amprocnum, amproc::regprocedure::text) FROM pg_amproc WHERE amprocfamily = f.oid)) FROM pg_opfamily f
	UNION ALL SELECT 'pg_amop', oid, amopopr::regoperator::text FROM pg_amop WHERE amopfamily < 16384
	UNION ALL SELECT 'pg_amproc', oid, amproc::regprocedure::text FROM pg_amproc WHERE amprocfamily < 16384
	UNION ALL SELECT 'pg_collation', oid, (to_jsonb(c) - '{oid,collname,collnamespace,collowner}'::text[])::text FROM pg_collation c
	UNION ALL SELECT 'pg_conversion', oid, (to_jsonb(c) - '{oid,conname,connamespace,conowner}'::text[])::text FROM pg_conversion c
	UNION ALL SELECT 'pg_ts_config', oid, concat_ws(' ', (SELECT prsname FROM pg_ts_parser WHERE oid = c.cfgparser),
		(SELECT string_agg(concat_ws(' ', maptokentype, mapdict::regdictionary), ', ' ORDER BY maptokentype, mapseqno) FROM pg_ts_config_map WHERE mapcfg = c.oid)) FROM pg_ts_config c
	UNION ALL SELECT 'pg_ts_dict', oid, concat_ws(' ', (SELECT tmplname FROM pg_ts_template WHERE oid = d.dicttemplate), dictinitoption) FROM pg_ts_dict d
	UNION ALL SELECT 'pg_ts_parser', oid, (to_jsonb(p) - '{oid,prsname,prsnamespace}'::text[])::text FROM pg_ts_parser p
	UNION ALL SELECT 'pg_ts_template', oid, (to_jsonb(t) - '{oid,tmplname,tmplnamespace}'::text[])::text FROM pg_ts_template t
	UNION ALL SELECT 'pg_foreign_data_wrapper', oid, concat_ws(' ', fdwhandler::regproc, fdwvalidator::regproc, fdwacl, fdwoptions) FROM pg_foreign_data_wrapper
	UNION ALL SELECT 'pg_foreign_server', oid, concat_ws(' ', (SELECT fdwname FROM pg_foreign_data_wrapper WHERE oid = s.srvfdw), srvtype, srvversion, srvacl, srvoptions) FROM pg_foreign_server s
	UNION ALL SELECT 'pg_user_mapping', umid, umoptions::text FROM pg_user_mappings
	UNION ALL SELECT 'pg_event_trigger', oid, concat_ws(' ', evtevent, evtfoid::regproc, evtenabled, evttags) FROM pg_event_trigger
	UNION ALL SELECT 'pg_publication', oid, (to_jsonb(p) - '{oid,pubname,pubowner}'::text[])::text FROM pg_publication p
	UNION ALL SELECT 'pg_publication_rel', oid, concat_ws(' ', pg_get_expr(prqual, prrelid),
		(SELECT string_agg(attname, ', ' ORDER BY attnum) FROM pg_attribute WHERE attrelid = r.prrelid AND attnum = ANY (r.prattrs))) FROM pg_publication_rel r
	UNION ALL SELECT 'pg_publication_namespace', oid, '' FROM pg_publication_namespace
	UNION ALL SELECT 'pg_transform', oid, concat_ws(' ', trffromsql, trftosql) FROM pg_transform
	UNION ALL SELECT 'pg_am', oid, concat_ws(' ', amtype, amhandler) FROM pg_am
	UNION ALL SELECT 'pg_language', oid, concat_ws(' ', lanpltrusted, lanplcallfoid::regproc, laninline::regproc, lanvalidator::regproc, lanacl) FROM pg_language
	UNION ALL SELECT 'pg_default_acl', oid, defaclacl::text FROM pg_default_acl
) o CROSS JOIN LATERAL pg_identify_object(o.class, o.oid, 0) i
WHERE o.oid >= 16384 AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = o.class AND e.objid = o.oid AND e.deptype = 'e');

-- Owners other than who made the schema.
SELECT 0::oid, 0::oid, 'owner', format('%s of %s %s', pg_get_userbyid(o.owner), i.type, i.identity), ''
FROM (
	SELECT 'pg_class'::regclass AS class, oid, relowner AS owner FROM pg_class r WHERE relkind IN ('r', 'p', 'v', 'm', 'f') OR relkind = 'S'
		AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = r.oid AND d.deptype IN ('a', 'i'))
	UNION ALL SELECT 'pg_type', oid, typowner FROM pg_type t WHERE typtype IN ('e', 'd', 'r') OR typtype = 'b' AND typcategory <> 'A'
		OR typtype = 'c' AND EXISTS (SELECT FROM pg_class r WHERE r.oid = t.typrelid AND r.relkind = 'c')
	UNION ALL SELECT 'pg_namespace', oid, nspowner FROM pg_namespace WHERE nspname !~ '^pg_' OR oid < 16384
	UNION ALL SELECT 'pg_proc', oid, proowner FROM pg_proc
	UNION ALL SELECT 'pg_operator', oid, oprowner FROM pg_operator
	UNION ALL SELECT 'pg_opclass', oid, opcowner FROM pg_opclass
	UNION ALL SELECT 'pg_opfamily', oid, opfowner FROM pg_opfamily
	UNION ALL SELECT 'pg_collation', oid, collowner FROM pg_collation
	UNION ALL SELECT 'pg_conversion', oid, conowner FROM pg_conversion
	UNION ALL SELECT 'pg_ts_config', oid, cfgowner FROM pg_ts_config
	UNION ALL SELECT 'pg_ts_dict', oid, dictowner FROM pg_ts_dict
	UNION ALL SELECT 'pg_statistic_ext', oid, stxowner FROM pg_statistic_ext
	UNION ALL SELECT 'pg_foreign_data_wrapper', oid, fdwowner FROM pg_foreign_data_wrapper
	UNION ALL SELECT 'pg_foreign_server', oid, srvowner FROM pg_foreign_server
	UNION ALL SELECT 'pg_event_trigger', oid, evtowner FROM pg_event_trigger
	UNION ALL SELECT 'pg_publication', oid, pubowner FROM pg_publication
	UNION ALL SELECT 'pg_language', oid, lanowner FROM pg_language
) o CROSS JOIN LATERAL pg_identify_object(o.class, o.oid, 0) i
WHERE (o.oid >= 16384 OR o.class = 'pg_namespace'::regclass) AND o.owner <> (SELECT oid FROM pg_roles WHERE rolname = current_user)
	AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = o.class AND e.objid = o.oid AND e.deptype = 'e');

-- Privileges on what is the system's or an extension's, where they are not
-- those that it came with.
SELECT 0::oid, 0::oid, 'system privileges', format('on %s %s', i.type, i.identity), coalesce(o.acl::text, 'default')
FROM (
	SELECT 'pg_class'::regclass AS class, oid, relacl AS acl FROM pg_class
	UNION ALL SELECT 'pg_proc', oid, proacl FROM pg_proc
	UNION ALL SELECT 'pg_type', oid, typacl FROM pg_type
	UNION ALL SELECT 'pg_language', oid, lanacl FROM pg_language
	UNION ALL SELECT 'pg_namespace', oid, nspacl FROM pg_namespace WHERE nspname ~ '^pg_' OR nspname = 'information_schema'
) o LEFT JOIN pg_init_privs p ON p.classoid = o.class AND p.objoid = o.oid AND p.objsubid = 0 CROSS JOIN LATERAL pg_identify_object(o.class, o.oid, 0) i
WHERE o.acl IS DISTINCT FROM p.initprivs
	AND (o.oid < 16384 OR EXISTS (SELECT FROM pg_depend e WHERE e.classid = o.class AND e.objid = o.oid AND e.deptype = 'e'));

SELECT 0::oid, 0::oid, 'security label', format('of %s on %s %s', provider, objtype, objname), label FROM pg_seclabels;

SELECT 0::oid, 0::oid, 'dependency', format('of %s %s on extension %s', i.type, i.identity, x.extname), ''
FROM pg_depend d JOIN pg_extension x ON d.refclassid = 'pg_extension'::regclass AND x.oid = d.refobjid
	CROSS JOIN LATERAL pg_identify_object(d.classid, d.objid, d.objsubid) i
WHERE d.deptype = 'x';

SELECT 0::oid, 0::oid, 'settings of', 'the database', concat_ws(' ', datacl, datconnlimit, shobj_description(d.oid, 'pg_database'),
	(SELECT string_agg(concat_ws(' ', setrole, setconfig), ' ' ORDER BY setrole) FROM pg_db_role_setting WHERE setdatabase = d.oid))
FROM pg_database d WHERE datname = current_database();
