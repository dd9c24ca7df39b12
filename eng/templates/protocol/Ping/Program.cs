using Ping.Client;
using Ping.Server;
using Ropewalk.Server;

// dotnet run --project Ping -- serve tcp:127.0.0.1:7777
// dotnet run --project Ping -- ask tcp:127.0.0.1:7777 hello
switch (args)
{
    case ["serve", var endpoint]:
        await using (var server = new ConnectionServer())
        {
            Listening listening = await server.ListenAsync(endpoint, new PingServerHandler(new EchoResponder()).OnConnectedAsync);
            Console.WriteLine($"listening on {listening.EndPoint}");
            var stopped = new TaskCompletionSource();
            Console.CancelKeyPress += (_, key) => { key.Cancel = true; stopped.TrySetResult(); };
            await stopped.Task;
            await server.StopAsync();
        }

        return 0;
    case ["ask", var endpoint, var token]:
        await using (PingClient client = await PingClient.ConnectAsync(endpoint))
        {
            Console.WriteLine(await client.PingAsync(token));
            await client.QuitAsync();
        }

        return 0;
    default:
        Console.Error.WriteLine("serve ENDPOINT | ask ENDPOINT TOKEN");
        return 2;
}
