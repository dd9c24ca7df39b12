using Ropewalk.Chat.Irc.Client;
using Ropewalk.Endpoints;
using Ropewalk.Security.Sasl;

namespace Recipes;

/// <summary>Logs in, says what it reads in a channel, and leaves: <c>… | post-to-channel tls:irc.example.org:6697 ci '#builds'</c>.</summary>
internal static class PostToChannel
{
    // of a build that prints thousands of lines the first few say what it is
    private const int MostLines = 10;

    public static async Task Main(string[] args)
    {
        if (args.Length != 3 || Environment.GetEnvironmentVariable("IRC_PASSWORD") is not { } password)
        {
            Console.Error.WriteLine("post-to-channel ENDPOINT ACCOUNT CHANNEL, with the password in IRC_PASSWORD");
            Environment.ExitCode = 2;
            return;
        }

        var options = new IrcClientOptions { Nick = args[1], IsBot = true, Credentials = new SaslClientCredentials { Name = args[1], Password = password } };
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        try
        {
            await using IrcClient irc = await IrcClient.ConnectAsync(EndpointSpec.Parse(args[0]), options, patience.Token);
            await irc.JoinAsync(args[2], cancellationToken: patience.Token);
            for (int i = 0; i < MostLines && await Console.In.ReadLineAsync(patience.Token) is { } line; i++)
            {
                // an empty line is no message
                if (line.Length > 0)
                {
                    await irc.SendMessageAsync(args[2], line, cancellationToken: patience.Token);
                }
            }

            await irc.StopAsync("that is all", patience.Token);
        }
        catch (Exception failure) when (failure is IOException or IrcRequestException or OperationCanceledException)
        {
            Console.Error.WriteLine($"not posted: {failure.Message}");
            Environment.ExitCode = 1;
        }
    }
}
