using System.Globalization;

namespace Ropewalk.Endpoints.Schemes;

/// <summary>Tells which sockets the service manager handed over: the protocol of <c>sd_listen_fds(3)</c>.</summary>
/// <remarks>
/// <b>Shape</b>: <c>LISTEN_PID</c> is the process that is meant, <c>LISTEN_FDS</c> how many descriptors from 3 upward,
/// <c>LISTEN_FDNAMES</c> their names separated by colons.
/// </remarks>
public sealed class SocketActivation
{
    // SD_LISTEN_FDS_START
    private const int FirstDescriptor = 3;

    // far above any unit; the variable comes from outside
    private const int MaxDescriptors = 1024;

    private readonly string[] _names;

    private SocketActivation(string[] names, string? reason)
    {
        _names = names;
        Reason = reason;
    }

    /// <summary>Gets how many sockets there are.</summary>
    public int Count => _names.Length;

    /// <summary>Gets why there are none, in words for an error; null where there are some.</summary>
    public string? Reason { get; }

    /// <summary>Reads this process's environment.</summary>
    public static SocketActivation FromEnvironment() => Parse(Environment.GetEnvironmentVariable, Environment.ProcessId);

    /// <summary>Reads an environment.</summary>
    /// <param name="variable">Gives a variable's value, or null.</param>
    /// <param name="processId">The process that must be meant.</param>
    public static SocketActivation Parse(Func<string, string?> variable, int processId)
    {
        ArgumentNullException.ThrowIfNull(variable);
        if (variable("LISTEN_FDS") is not { } count || variable("LISTEN_PID") is not { } process)
        {
            return None("this process was not started by socket activation (LISTEN_FDS is not set)");
        }

        if (!int.TryParse(process, NumberStyles.None, CultureInfo.InvariantCulture, out int meant) || meant != processId)
        {
            return None($"the activated sockets are for process {process} (LISTEN_PID), and this is {processId}");
        }

        if (!int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out int sockets) || sockets is 0 or > MaxDescriptors)
        {
            return None($"LISTEN_FDS is {count}");
        }

        // a missing name is "unknown", as sd_listen_fds_with_names says
        string[] names = variable("LISTEN_FDNAMES")?.Split(':') ?? [];
        return new SocketActivation([.. Enumerable.Range(0, sockets).Select(index => index < names.Length && names[index].Length > 0 ? names[index] : "unknown")], null);
    }

    /// <summary>Finds the descriptors of a name, of an index, or, where there is only one, of nothing.</summary>
    /// <returns>Why there is none, or null.</returns>
    public string? TryFind(string nameOrIndex, out IReadOnlyList<int> descriptors)
    {
        ArgumentNullException.ThrowIfNull(nameOrIndex);
        descriptors = [];
        if (Reason is not null)
        {
            return Reason;
        }

        if (nameOrIndex.Length == 0)
        {
            descriptors = Count == 1 ? [FirstDescriptor] : [];
            return Count == 1 ? null : $"there are {Count} activated sockets; name one: {DescribeNames()}";
        }

        // a name wins over an index: names may be digits
        descriptors = [.. Enumerable.Range(0, Count).Where(index => _names[index] == nameOrIndex).Select(index => FirstDescriptor + index)];
        if (descriptors.Count == 0 && int.TryParse(nameOrIndex, NumberStyles.None, CultureInfo.InvariantCulture, out int at) && at < Count)
        {
            descriptors = [FirstDescriptor + at];
        }

        return descriptors.Count > 0 ? null : $"no activated socket has that name or index; there are: {DescribeNames()}";
    }

    private static SocketActivation None(string reason) => new([], reason);

    private string DescribeNames() => string.Join(", ", _names.Select((name, index) => $"{index} ({name})"));
}
