using Ropewalk.Server;

await using var server = new ConnectionServer();
Listening listening = await server.ListenAsync(args.FirstOrDefault("tcp:127.0.0.1:7000"), connection =>
    connection.Transport.Input.CopyToAsync(connection.Transport.Output));
Console.WriteLine($"listening on {listening.EndPoint}; Enter stops it");
Console.ReadLine();
