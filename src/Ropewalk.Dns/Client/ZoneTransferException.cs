using Ropewalk.Diagnostics;

namespace Ropewalk.Dns.Client;

/// <summary>Reports that a stream of records ends before the zone does: what has come of it is to be thrown away.</summary>
public sealed class ZoneTransferException : ProtocolException
{
    internal ZoneTransferException(string message, ZoneTransfer transfer, Exception? innerException = null)
        : base(message, ErrorSide.Remote, ErrorScope.Operation, SectionOf(transfer.Failure), innerException: innerException) => Transfer = transfer;

    /// <summary>Gets what became of the transfer: why, and how far it came.</summary>
    public ZoneTransfer Transfer { get; }

    private static string? SectionOf(ZoneTransferFailure failure) => failure switch
    {
        ZoneTransferFailure.Refused or ZoneTransferFailure.WrongMessage => "RFC 5936 §2.2.1",
        ZoneTransferFailure.Incomplete or ZoneTransferFailure.NoStartOfAuthority or ZoneTransferFailure.TrailingRecords => "RFC 5936 §2.2",
        ZoneTransferFailure.WrongSerial => "RFC 1995 §4",
        ZoneTransferFailure.NotSigned => "RFC 8945 §5.3.1",
        _ => null,
    };
}
