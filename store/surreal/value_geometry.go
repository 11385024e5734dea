package surreal

import (
	"encoding/json"

	"github.com/devq-ai/tandem/store/surreal/cbor"
)

// A Geometry is a Point, Line, Polygon, MultiPoint, MultiLine, MultiPolygon or
// Collection. As JSON it is GeoJSON (RFC 7946).
type Geometry interface {
	json.Marshaler
	form() cbor.Kind
	encode(*cbor.Encoder)
}

type (
	// A Point is a longitude and a latitude, in degrees.
	Point [2]float64
	// A Line leads through its points.
	Line []Point
	// A Polygon is a closed line, and further ones around the holes in it.
	Polygon []Line
	// A MultiPoint is a set of points.
	MultiPoint []Point
	// A MultiLine is a set of lines.
	MultiLine []Line
	// A MultiPolygon is a set of polygons.
	MultiPolygon []Polygon
	// A Collection is a set of geometries of any forms.
	Collection []Geometry
)

func (Point) form() cbor.Kind        { return cbor.Point }
func (Line) form() cbor.Kind         { return cbor.Line }
func (Polygon) form() cbor.Kind      { return cbor.Polygon }
func (MultiPoint) form() cbor.Kind   { return cbor.MultiPoint }
func (MultiLine) form() cbor.Kind    { return cbor.MultiLine }
func (MultiPolygon) form() cbor.Kind { return cbor.MultiPolygon }
func (Collection) form() cbor.Kind   { return cbor.Collection }

func (g Point) encode(e *cbor.Encoder) {
	e.Geometry(cbor.Point, 2)
	e.Float(g[0])
	e.Float(g[1])
}
func (g Line) encode(e *cbor.Encoder)         { encodeParts(e, g.form(), g) }
func (g Polygon) encode(e *cbor.Encoder)      { encodeParts(e, g.form(), g) }
func (g MultiPoint) encode(e *cbor.Encoder)   { encodeParts(e, g.form(), g) }
func (g MultiLine) encode(e *cbor.Encoder)    { encodeParts(e, g.form(), g) }
func (g MultiPolygon) encode(e *cbor.Encoder) { encodeParts(e, g.form(), g) }
func (g Collection) encode(e *cbor.Encoder)   { encodeParts(e, g.form(), g) }

func encodeParts[G Geometry](e *cbor.Encoder, form cbor.Kind, parts []G) {
	e.Geometry(form, len(parts))
	for _, part := range parts {
		part.encode(e)
	}
}

// EncodeGeometry writes a geometry, or NONE if it is nil.
func EncodeGeometry(e *cbor.Encoder, v Geometry) {
	if v == nil {
		e.None()
		return
	}
	v.encode(e)
}

// DecodeGeometry reads a geometry of any form.
func DecodeGeometry(d *cbor.Decoder) Geometry { return decodeGeometry(d, maxDepth) }

func decodeGeometry(d *cbor.Decoder, depth int) Geometry {
	switch kind := d.Kind(); kind {
	case cbor.Point:
		return DecodePoint(d)
	case cbor.Line:
		return DecodeLine(d)
	case cbor.Polygon:
		return DecodePolygon(d)
	case cbor.MultiPoint:
		return DecodeMultiPoint(d)
	case cbor.MultiLine:
		return DecodeMultiLine(d)
	case cbor.MultiPolygon:
		return DecodeMultiPolygon(d)
	case cbor.Collection:
		if depth > 0 {
			return Collection(decodeParts(d, kind, func(d *cbor.Decoder) Geometry { return decodeGeometry(d, depth-1) }))
		}
		d.Fail(d.Offset(), "a geometry of fewer levels", "more")
	default:
		d.Fail(d.Offset(), "geometry", kind.String())
	}
	return nil
}

// DecodePoint reads a point.
func DecodePoint(d *cbor.Decoder) (g Point) {
	start := d.Offset()
	if n := d.Geometry(cbor.Point); n != 2 {
		d.Fail(start, "geometry<point>", "a malformed one")
		return g
	}
	g[0], g[1] = d.Float(), d.Float()
	return g
}

// DecodeLine reads a line.
func DecodeLine(d *cbor.Decoder) Line { return decodeParts(d, cbor.Line, DecodePoint) }

// DecodePolygon reads a polygon.
func DecodePolygon(d *cbor.Decoder) Polygon { return decodeParts(d, cbor.Polygon, DecodeLine) }

// DecodeMultiPoint reads a set of points.
func DecodeMultiPoint(d *cbor.Decoder) MultiPoint {
	return decodeParts(d, cbor.MultiPoint, DecodePoint)
}

// DecodeMultiLine reads a set of lines.
func DecodeMultiLine(d *cbor.Decoder) MultiLine {
	return decodeParts(d, cbor.MultiLine, DecodeLine)
}

// DecodeMultiPolygon reads a set of polygons.
func DecodeMultiPolygon(d *cbor.Decoder) MultiPolygon {
	return decodeParts(d, cbor.MultiPolygon, DecodePolygon)
}

// DecodeCollection reads a collection of geometries.
func DecodeCollection(d *cbor.Decoder) Collection {
	if kind := d.Kind(); kind != cbor.Collection {
		d.Fail(d.Offset(), cbor.Collection.String(), kind.String())
		return nil
	}
	return decodeGeometry(d, maxDepth).(Collection)
}

func decodeParts[G any](d *cbor.Decoder, form cbor.Kind, decode func(*cbor.Decoder) G) []G {
	n := d.Geometry(form)
	parts := make([]G, 0, min(n, 1024))
	for range n {
		parts = append(parts, decode(d))
		if d.Failed() {
			break
		}
	}
	return parts
}

func (g Point) MarshalJSON() ([]byte, error)      { return geoJSON("Point", g.position()) }
func (g Line) MarshalJSON() ([]byte, error)       { return geoJSON("LineString", g.positions()) }
func (g MultiPoint) MarshalJSON() ([]byte, error) { return geoJSON("MultiPoint", Line(g).positions()) }
func (g Polygon) MarshalJSON() ([]byte, error)    { return geoJSON("Polygon", g.positions()) }
func (g MultiLine) MarshalJSON() ([]byte, error) {
	return geoJSON("MultiLineString", Polygon(g).positions())
}
func (g MultiPolygon) MarshalJSON() ([]byte, error) {
	positions := make([][][]position, len(g))
	for i, polygon := range g {
		positions[i] = polygon.positions()
	}
	return geoJSON("MultiPolygon", positions)
}

func (g Collection) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Type       string     `json:"type"`
		Geometries []Geometry `json:"geometries"`
	}{"GeometryCollection", g})
}

// A position is a point's longitude and latitude in GeoJSON.
type position [2]Value

func (g Point) position() position { return position{{g[0]}, {g[1]}} }

func (g Line) positions() []position {
	positions := make([]position, len(g))
	for i, point := range g {
		positions[i] = point.position()
	}
	return positions
}

func (g Polygon) positions() [][]position {
	positions := make([][]position, len(g))
	for i, line := range g {
		positions[i] = line.positions()
	}
	return positions
}

func geoJSON(form string, coordinates any) ([]byte, error) {
	return json.Marshal(struct {
		Type        string `json:"type"`
		Coordinates any    `json:"coordinates"`
	}{form, coordinates})
}
