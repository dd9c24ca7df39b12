namespace Ropewalk.Cli.Status;

/// <summary>Is what one second of the past looked like.</summary>
/// <param name="Live">Open connections.</param>
/// <param name="ReceivedPerSecond">Bytes received in a second.</param>
/// <param name="SentPerSecond">Bytes sent in a second.</param>
/// <param name="AcceptedPerSecond">Connections accepted in a second.</param>
internal readonly record struct StatusSample(long Live, double ReceivedPerSecond, double SentPerSecond, double AcceptedPerSecond);
