package cbor

// Marshal returns what encode writes of v. It is what methods MarshalCBOR are
// made of, by which other codecs write a type, such as that of the SDK.
func Marshal[T any](v T, encode func(*Encoder, T)) ([]byte, error) {
	var e Encoder
	encode(&e, v)
	if err := e.Err(); err != nil {
		return nil, err
	}
	return e.Bytes(), nil
}

// Unmarshal sets v to what decode reads from data, of which nothing may be left,
// and leaves it as it is where there is an error. It is what methods
// UnmarshalCBOR are made of.
func Unmarshal[T any](data []byte, v *T, decode func(*Decoder) T) error {
	d := NewDecoder(data)
	decoded := decode(d)
	if err := d.Finish(); err != nil {
		return err
	}
	*v = decoded
	return nil
}
