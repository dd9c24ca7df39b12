namespace Recipes;

/// <summary>Runs the recipe that the first argument names. Each recipe is a whole program by itself: its file, with its own <c>Main</c>.</summary>
internal static class Program
{
    private static readonly Dictionary<string, Func<string[], Task>> Recipes = new()
    {
        ["hello-tls"] = HelloTls.Main,
        ["upper"] = Upper.Main,
        ["relay"] = Relay.Main,
        ["starttls"] = StartTls.Main,
        ["broadcast"] = Broadcast.Main,
        ["late-replies"] = LateReplies.Main,
        ["stay-connected"] = StayConnected.Main,
        ["socket-activated"] = SocketActivated.Main,
        ["behind-proxy"] = BehindProxy.Main,
        ["limits"] = Limits.Main,
        ["goodbye"] = Goodbye.Main,
        ["in-kestrel"] = InKestrel.Main,
        ["browser"] = Browser.Main,
        ["post-to-channel"] = PostToChannel.Main,
        ["bot-command"] = BotCommand.Main,
        ["add-account"] = AddAccount.Main,
        ["zones-in-code"] = ZonesInCode.Main,
        ["lookup-service"] = LookupService.Main,
    };

    public static async Task<int> Main(string[] args)
    {
        if (args.Length == 0 || !Recipes.TryGetValue(args[0], out Func<string[], Task>? recipe))
        {
            Console.Error.WriteLine($"Which recipe? {string.Join(", ", Recipes.Keys)}");
            return 2;
        }

        await recipe(args[1..]);
        return Environment.ExitCode;
    }
}
