namespace Ropewalk.Chat.Irc.Wire;

/// <summary>Knows which parameters of which messages are secrets, so that nothing that is shown has them. Pure.</summary>
internal static class IrcSecrets
{
    public const string Mask = "***";

    private static readonly string[] Services = ["NickServ", "ChanServ", "AuthServ", "UserServ", "Q", "X", "NS", "CS"];

    // What Atheme, Anope, Ergo and the older services are told passwords by.
    private static readonly string[] Orders =
        ["IDENTIFY", "ID", "REGISTER", "LOGIN", "AUTH", "GHOST", "REGAIN", "RECOVER", "RELEASE", "GROUP", "SET", "SETPASS", "SASET", "VERIFY", "CONFIRM", "PASSWD", "NEWPASS", "UNREGISTER", "DROP"];

    /// <summary>Gives a parameter as it may be shown.</summary>
    public static string Shown(string command, IReadOnlyList<string> parameters, int index)
    {
        string parameter = parameters[index];
        return command switch
        {
            "PASS" or "WEBIRC" => Mask,
            "AUTHENTICATE" => parameter is "+" or "*" or "PLAIN" or "EXTERNAL" or "SCRAM-SHA-256" ? parameter : Mask,
            "REGISTER" when index == 2 => Mask,
            "VERIFY" or "OPER" when index == 1 => Mask,
            // an extended JOIN of a server's has an account there, which is no secret; who asks to join has no third
            "JOIN" when index == 1 && parameters.Count == 2 => Mask,
            "MODE" when index > 1 && parameters[1].Contains('k', StringComparison.Ordinal) => Mask,
            "PRIVMSG" or "NOTICE" or "SQUERY" when index == 1 && IsService(parameters[0]) => Order(parameter),
            "NICKSERV" or "NS" or "CHANSERV" or "CS" => parameters.Count == 1 ? Order(parameter) : index > 0 && IsOrder(parameters[0]) ? Mask : parameter,
            "IDENTIFY" or "LOGIN" => Mask,
            _ => parameter,
        };
    }

    private static bool IsService(string target)
    {
        int at = target.IndexOf('@', StringComparison.Ordinal);
        return Services.Contains(at < 0 ? target : target[..at], StringComparer.OrdinalIgnoreCase);
    }

    private static bool IsOrder(string word) => Orders.Contains(word, StringComparer.OrdinalIgnoreCase);

    private static string Order(string text)
    {
        string trimmed = text.TrimStart();
        int space = trimmed.IndexOf(' ', StringComparison.Ordinal);
        return space >= 0 && IsOrder(trimmed[..space]) ? $"{trimmed[..space]} {Mask}" : text;
    }
}
