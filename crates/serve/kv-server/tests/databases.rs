//! There is one database, and no write lands in it that was meant for another.

mod common;

use common::{Client, started};

const ONE_DATABASE: &str =
    "-ERR this server has one database, number 0: see SELECT on the page of its commands\r\n";

#[tokio::test]
async fn to_choose_another_database_ends_the_connection_with_all_that_follows() {
    let server = started().await;
    let mut client = Client::connect(server.address()).await;
    client.ask(&["SELECT", "0"], "+OK\r\n").await;
    // The bytes that a library sends if it does not wait for the answer to `SELECT`.
    client.send("SET before 1\r\nSELECT 1\r\nSET after 1\r\n").await;
    assert_eq!(client.rest().await, format!("+OK\r\n{ONE_DATABASE}"));
    let mut other = Client::connect(server.address()).await;
    other.ask(&["EXISTS", "before", "after"], ":1\r\n").await;
}

#[tokio::test]
async fn nor_does_a_transaction_land_here_that_chooses_another() {
    let server = started().await;
    let mut client = Client::connect(server.address()).await;
    client.send("MULTI\r\nSET a 1\r\nSELECT 0\r\nSELECT 15\r\nSET b 1\r\nEXEC\r\n").await;
    assert_eq!(client.rest().await, format!("+OK\r\n+QUEUED\r\n+QUEUED\r\n{ONE_DATABASE}"));
    let mut other = Client::connect(server.address()).await;
    other.ask(&["EXISTS", "a", "b"], ":0\r\n").await;
}

#[tokio::test]
async fn what_is_no_database_of_redis_either_is_a_mistake_and_no_more() {
    let server = started().await;
    let mut client = Client::connect(server.address()).await;
    for (number, error) in [
        ("16", "-ERR DB index is out of range\r\n"),
        ("-1", "-ERR DB index is out of range\r\n"),
        ("abc", "-ERR value is not an integer or out of range\r\n"),
        ("2147483648", "-ERR value is out of range, value must between -2147483648 and 2147483647\r\n"),
    ] {
        client.ask(&["SELECT", number], error).await;
    }
    client.ask(&["SET", "a", "1"], "+OK\r\n").await;
    client.ask(&["COPY", "a", "b", "DB", "1"], ONE_DATABASE).await;
    client.ask(&["COPY", "a", "b", "DB", "0"], ":1\r\n").await;
}
