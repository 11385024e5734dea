-- name: PlaceOrder :one
-- PlaceOrder records that a reader has bought a book.
INSERT INTO orders (isbn, reader) VALUES (@isbn, @reader) RETURNING *;

-- name: ListOrders :many
-- ListOrders returns what a reader has bought, with the books, the latest first.
SELECT sqlc.embed(orders), sqlc.embed(books)
FROM orders
JOIN books ON books.isbn = orders.isbn
WHERE orders.reader = @reader
ORDER BY orders.id DESC;
