"""One table of rows for every record kind. Boards are rebuilt from the ledger at the next start, so none is moved."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("boards", "0001_initial")]

    operations = [
        *(
            migrations.DeleteModel(name)
            for name in ("Doubt", "Message", "Operation", "Situation", "Snapshot", "Summary", "Task", "Unit")
        ),
        migrations.CreateModel(
            name="Record",
            fields=[
                ("stream", models.CharField(max_length=200, primary_key=True, serialize=False)),
                ("generation", models.BigIntegerField()),
                ("form", models.CharField(max_length=32)),
                ("late_millis", models.BigIntegerField(null=True)),
                ("late_counter", models.IntegerField(default=0)),
                ("old_generation", models.BigIntegerField(null=True)),
            ],
            options={"db_table": "board_record"},
        ),
        migrations.CreateModel(
            name="Row",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("generation", models.BigIntegerField()),
                ("board", models.CharField(max_length=40)),
                ("key", models.BinaryField()),
                ("data", models.BinaryField()),
            ],
            options={
                "db_table": "board_row",
                "constraints": [
                    models.UniqueConstraint(fields=("generation", "board", "key"), name="board_row_key"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Snapshot",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("generation", models.BigIntegerField()),
                ("millis", models.BigIntegerField()),
                ("counter", models.IntegerField()),
                ("log", models.CharField(max_length=300)),
                ("number", models.BigIntegerField()),
                ("entries", models.BigIntegerField()),
                ("data", models.BinaryField()),
            ],
            options={
                "db_table": "board_snapshot",
                "indexes": [
                    models.Index(fields=["generation", "millis", "counter"], name="board_snapshot_order"),
                ],
            },
        ),
    ]
