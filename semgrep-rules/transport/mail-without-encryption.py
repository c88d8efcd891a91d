import smtplib


def report(message):
    mail = smtplib.SMTP("mail.example.org", 587)
    mail.starttls()
    # ok: mail-without-encryption
    mail.send_message(message)
    near = smtplib.SMTP("localhost")
    # ok: mail-without-encryption
    near.send_message(message)
    with smtplib.SMTP_SSL("mail.example.org") as safe:
        # ok: mail-without-encryption
        safe.send_message(message)
    plain = smtplib.SMTP("mail.example.org", 25)
    # ruleid: mail-without-encryption
    plain.send_message(message)
    with smtplib.SMTP("mail.example.org") as other:
        # ruleid: mail-without-encryption
        other.sendmail("a@example.org", "b@example.org", "x")
