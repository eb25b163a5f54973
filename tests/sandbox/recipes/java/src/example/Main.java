package example;

public class Main {
    public static void main(String[] arguments) throws InterruptedException {
        System.out.println("ready");
        Thread.sleep(Long.MAX_VALUE);
    }
}
