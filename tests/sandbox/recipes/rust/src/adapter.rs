//! The Lambda Web Adapter, from its own library: the same calls as the program that the project ships.
use lambda_web_adapter::{Adapter, AdapterOptions, Error};

#[tokio::main]
async fn main() -> Result<(), Error> {
    let options = AdapterOptions::default();
    let mut adapter = Adapter::new(&options);
    adapter.register_default_extension();
    adapter.check_init_health().await;
    adapter.run().await
}
