-- One row: the rules of secrets under which every stored entity was screened. Under others they are
-- screened again before they are served. Empty where they never were.
CREATE TABLE screening (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    version TEXT NOT NULL
);
INSERT INTO screening (id, version) VALUES (1, '');
