-- name: AddBook :one
-- AddBook adds a book to the stock.
INSERT INTO books (isbn, title, cents, stock) VALUES (@isbn, @title, @cents, @stock) RETURNING *;

-- name: GetBook :one
-- GetBook returns the book with that ISBN.
SELECT * FROM books WHERE isbn = @isbn;

-- name: TakeFromStock :execrows
-- TakeFromStock takes one copy. It affects no row where none is left.
UPDATE books SET stock = stock - 1 WHERE isbn = @isbn AND stock > 0;
