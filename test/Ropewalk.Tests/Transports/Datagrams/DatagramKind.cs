using Ropewalk.Transports.Datagrams;

namespace Ropewalk.Tests.Transports.Datagrams;

/// <summary>The ports that one suite of tests runs on.</summary>
public enum DatagramKind
{
    Batched,
    Portable,
    Pooled,
    Memory,
    Simulated,
}

internal static class DatagramKinds
{
    public static IDatagramPortFactory NewNetwork(this DatagramKind kind)
        => kind switch
        {
            DatagramKind.Memory => new MemoryDatagramTransport(),
            DatagramKind.Simulated => LiveLoop.NewHost().Context.DatagramPorts,
            _ => new DatagramTransport(),
        };

    public static DatagramPortOptions NewOptions(this DatagramKind kind) => new()
    {
        Mode = kind switch
        {
            DatagramKind.Batched => DatagramMode.Batched,
            DatagramKind.Pooled => DatagramMode.Pooled,
            _ => DatagramMode.Portable,
        },
    };

    /// <summary>Skips the batched kind where there is none.</summary>
    public static void Require(this DatagramKind kind)
        => Assert.SkipWhen(kind == DatagramKind.Batched && !OperatingSystem.IsLinux(), "recvmmsg is Linux's.");
}
